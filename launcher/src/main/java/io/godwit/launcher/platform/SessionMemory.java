package io.godwit.launcher.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How much memory each process occupies together with its children: all are in the session that it leads. */
final class SessionMemory {
    private static final Pattern PSS = Pattern.compile("Pss:\\s+(\\d+) kB");
    private static final long KIBIBYTE = 1024;
    /** proc(5), stat: the session is field 6; fields from 3 on follow the command in parentheses. */
    private static final int SESSION = 6 - 3;

    private final Map<Long, Long> bytesBySession = new HashMap<>();

    private SessionMemory() {}

    static SessionMemory measure() {
        SessionMemory memory = new SessionMemory();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .forEach(memory::add);
        } catch (IOException e) {
            throw new PlatformException("/proc can't be read", e);
        }
        return memory;
    }

    long ofSession(long leader) {
        return bytesBySession.getOrDefault(leader, 0L);
    }

    private void add(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
            Matcher pss = PSS.matcher(Files.readString(process.resolve("smaps_rollup")));
            if (pss.find()) {
                bytesBySession.merge(
                        Long.parseLong(fields.get(SESSION)), Long.parseLong(pss.group(1)) * KIBIBYTE, Long::sum);
            }
        } catch (IOException e) {
            // It has ended meanwhile, or is another user's: neither belongs to the platform.
            return;
        }
    }
}
