package io.godwit.gateway.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamTest {
    @Test
    void noTwoServicesServeTheSamePathAndNoneAnInternalOne() {
        List<String> paths = Arrays.stream(Upstream.values())
                .flatMap(upstream -> upstream.paths().stream())
                .toList();

        assertThat(paths).doesNotHaveDuplicates().allMatch(path -> path.startsWith("/api/v1/"));
    }
}
