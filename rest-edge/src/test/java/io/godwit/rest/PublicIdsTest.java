package io.godwit.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PublicIdsTest {
    @Test
    void idHasItsPrefixAndSixteenCharactersAndDoesNotRepeat() {
        Set<String> ids =
                IntStream.range(0, 1000).mapToObj(n -> PublicIds.next("mig")).collect(Collectors.toSet());

        assertThat(ids).hasSize(1000).allMatch(id -> id.matches("mig_[a-z2-7]{16}"));
    }
}
