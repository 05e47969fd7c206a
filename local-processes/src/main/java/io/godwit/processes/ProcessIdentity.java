package io.godwit.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One run of a process. A process id alone is used again by the kernel; together with the start time, counted from the
 * boot it belongs to, it never is.
 *
 * @param startTicks the kernel's start time of the process, in clock ticks since boot (proc(5), stat field 22)
 * @param bootId the kernel's random id of the boot
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    /** Fields of stat that follow the command, which is in parentheses and may itself hold spaces: field 3 is the first. */
    private static final int STATE = 0;

    private static final int START_TICKS = 22 - 3;

    /** @return the process that runs under {@code pid} at the moment, if one does */
    public static Optional<ProcessIdentity> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            // A zombie runs nothing any more; where process 1 does not collect orphans it stays listed for ever.
            if (fields.get(STATE).equals("Z") || fields.get(STATE).equals("X")) {
                return Optional.empty();
            }
            return Optional.of(new ProcessIdentity(
                    pid,
                    Long.parseLong(fields.get(START_TICKS)),
                    Files.readString(BOOT_ID).strip()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }
}
