package io.godwit.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs a command without root's rights, whoever we are. Both ways of giving them up execute in place: the pid stays. */
public enum UnprivilegedCommand {
    /** We are not root: nothing to give up. */
    AS_IS(List.of()),
    /** Our files stay ours; inside its namespace the command is nobody. */
    USER_NAMESPACE(List.of("unshare", "-U", "--map-user=65534", "--map-group=65534", "--")),
    /** For kernels and containers without user namespaces. The command's directory has to belong to nobody. */
    OTHER_USER(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

    private static final int NOBODY = 65534;
    /** proc(5): real user id, then the effective one. */
    private static final String ROOT_STATUS = "Uid:\\s+\\d+\\s+0\\s.*";

    private static @Nullable UnprivilegedCommand detected;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> prefix;

    UnprivilegedCommand(List<String> prefix) {
        this.prefix = prefix;
    }

    /**
     * @return the way that works here, found out once
     * @throws LocalProcessException if we are root and can't become anybody else
     */
    public static synchronized UnprivilegedCommand detect() {
        if (detected == null) {
            detected = find(isRoot(), Commands::succeeds);
        }
        return detected;
    }

    /** @param works whether a command exists and ends well */
    static UnprivilegedCommand find(boolean root, Predicate<List<String>> works) {
        if (!root) {
            return AS_IS;
        }
        return Stream.of(USER_NAMESPACE, OTHER_USER)
                .filter(way -> works.test(way.wrap(List.of("true"))))
                .findFirst()
                .orElseThrow(() -> new LocalProcessException(
                        "Database servers refuse to run as root, and here root can neither make a user namespace"
                                + " ('unshare -U') nor become the user nobody ('setpriv --reuid=65534', which needs the"
                                + " capabilities CAP_SETUID and CAP_SETGID). Allow one of the two, install util-linux if"
                                + " it is missing, or start Godwit as another user than root"));
    }

    public List<String> wrap(List<String> command) {
        return Stream.concat(prefix.stream(), command.stream()).toList();
    }

    /**
     * Makes everything under {@code directory} accessible to the wrapped command.
     *
     * @throws LocalProcessException if it can't get there
     */
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
        requireReach(directory);
    }

    /** Lets the wrapped command, and nobody else in addition, pass through a directory that is ours to what it owns. */
    public void letPass(Path directory) {
        if (this != OTHER_USER) {
            return;
        }
        try {
            Files.setAttribute(directory, "unix:gid", NOBODY);
            Set<PosixFilePermission> permissions = EnumSet.of(PosixFilePermission.GROUP_EXECUTE);
            permissions.addAll(Files.getPosixFilePermissions(directory));
            Files.setPosixFilePermissions(directory, permissions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes sure that the wrapped command may enter a directory, or run a program.
     *
     * @throws LocalProcessException naming the directory that is in the way
     */
    public void requireReach(Path file) {
        if (this != OTHER_USER || mayEnter(file)) {
            return;
        }
        Path barrier = Stream.iterate(file.toAbsolutePath(), path -> path.getParent() != null, Path::getParent)
                .filter(path -> !mayEnter(path))
                .reduce((_, outer) -> outer)
                .orElse(file);
        throw new LocalProcessException(
                "Database servers refuse to run as root, and without user namespaces they run as"
                        + " the user nobody here, who may not enter " + barrier + " and so can't reach " + file
                        + ". Keep Godwit's data and PostgreSQL below folders that everybody may enter, for example with"
                        + " GODWIT_HOME=/var/lib/godwit, or start Godwit as another user than root");
    }

    private boolean mayEnter(Path file) {
        return Commands.succeeds(wrap(List.of("test", "-x", file.toString())));
    }

    private static boolean isRoot() {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            return status.anyMatch(line -> line.matches(ROOT_STATUS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
