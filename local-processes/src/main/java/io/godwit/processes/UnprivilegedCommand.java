package io.godwit.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs a command without root's rights, whoever we are. Both ways of giving them up execute in place: the pid stays. */
public enum UnprivilegedCommand {
    /** We are not root: nothing to give up. */
    AS_IS(List.of()),
    /** Our files stay ours; inside its namespace the command is nobody. */
    USER_NAMESPACE(List.of("unshare", "-U", "--map-user=65534", "--map-group=65534", "--")),
    /** For kernels without user namespaces. The command's directory has to belong to nobody. */
    OTHER_USER(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

    private static final int NOBODY = 65534;
    /** proc(5): real user id, then the effective one. */
    private static final String ROOT_STATUS = "Uid:\\s+\\d+\\s+0\\s.*";

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> prefix;

    UnprivilegedCommand(List<String> prefix) {
        this.prefix = prefix;
    }

    /** @return the way that works here, found out once */
    public static UnprivilegedCommand detect() {
        return Detected.WAY;
    }

    /** Made at the first use. */
    private static final class Detected {
        static final UnprivilegedCommand WAY = find();
    }

    private static UnprivilegedCommand find() {
        if (!isRoot()) {
            return AS_IS;
        }
        return Commands.succeeds(USER_NAMESPACE.wrap(List.of("true"))) ? USER_NAMESPACE : OTHER_USER;
    }

    public List<String> wrap(List<String> command) {
        return Stream.concat(prefix.stream(), command.stream()).toList();
    }

    /** Makes everything under {@code directory} accessible to the wrapped command. */
    public void own(Path directory) {
        if (this != OTHER_USER) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:gid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoot() {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            return status.anyMatch(line -> line.matches(ROOT_STATUS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
