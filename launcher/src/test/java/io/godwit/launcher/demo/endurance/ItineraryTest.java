package io.godwit.launcher.demo.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.Tier;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ItineraryTest {
    private static final int MOVES = 50;

    @Test
    void theSameSeedGivesTheSameRoute() {
        assertThat(tiers(7)).isEqualTo(tiers(7));
        assertThat(Stream.of(1L, 2L, 3L).map(ItineraryTest::tiers).distinct()).hasSize(3);
    }

    @Test
    void eachDirectionIsTaken() {
        List<Tier> tiers = tiers(7);

        Set<List<Tier>> directions = new HashSet<>();
        for (int i = 1; i < tiers.size(); i++) {
            directions.add(List.of(tiers.get(i - 1), tiers.get(i)));
        }
        assertThat(directions)
                .containsExactlyInAnyOrder(
                        List.of(Tier.SHARED, Tier.SHARED),
                        List.of(Tier.SHARED, Tier.DEDICATED),
                        List.of(Tier.DEDICATED, Tier.DEDICATED),
                        List.of(Tier.DEDICATED, Tier.SHARED));
    }

    private static List<Tier> tiers(long seed) {
        Itinerary itinerary = new Itinerary(seed);
        return Stream.iterate(Tier.SHARED, itinerary::next).limit(MOVES).toList();
    }
}
