package io.godwit.engines.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnorderedElementsTest {
    private static final int ALL_AT_ONCE = 1000;

    private final List<Long> elements = new Random(17).longs(500).boxed().toList();

    @Test
    void orderAndRepetitionDoNotCount() {
        List<Long> shuffled = new ArrayList<>(elements);
        Collections.shuffle(shuffled, new Random(18));
        shuffled.addAll(elements.subList(100, 200));

        assertThat(digest(shuffled, ALL_AT_ONCE)).isEqualTo(digest(elements, ALL_AT_ONCE));
    }

    @Test
    void aValueThatIsReadInSeveralPassesHasTheSameDigest() {
        assertThat(digest(elements, 7)).isEqualTo(digest(elements, ALL_AT_ONCE));
        assertThat(digest(List.of(), 7)).isEqualTo(digest(List.of(), ALL_AT_ONCE));
    }

    @Test
    void oneOtherElementIsSeenInWhateverPassItFalls() {
        for (long other : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            List<Long> changed = new ArrayList<>(elements);
            changed.set(250, other);

            assertThat(digest(changed, 7)).as("with %s", other).isNotEqualTo(digest(elements, 7));
        }
    }

    private byte[] digest(List<Long> found, int perPass) {
        CanonicalDigest digest = new CanonicalDigest();
        new UnorderedElements(elements.size(), element -> found.forEach(element::accept), perPass).putInto(digest);
        return digest.finish();
    }
}
