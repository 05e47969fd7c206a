package io.godwit.backup.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.backup.failure.OperationFailedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisArchiveFileTest {
    @TempDir
    Path folder;

    @Test
    void aFullDiskIsToldAsOne() {
        try (RedisArchiveFile file = new RedisArchiveFile(Path.of("/dev/full"))) {
            assertThatThrownBy(() -> file.write(new byte[1 << 16]))
                    .isInstanceOfSatisfying(
                            OperationFailedException.class,
                            e -> assertThat(e.failure().code()).isEqualTo("SCRATCH_UNWRITABLE"))
                    .hasMessageContaining("No space left on device");
        }
    }

    @Test
    void aMissingFolderIsToldWithItsName() {
        assertThatThrownBy(() -> new RedisArchiveFile(folder.resolve("none").resolve("archive")))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("none");
    }
}
