package io.godwit.backup.tool;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Starts programs and ends those that still run when the service stops. */
@Component
public class ToolProcesses {
    private final Set<ToolProcess> started = ConcurrentHashMap.newKeySet();

    /**
     * Starts a program with nothing of this process's environment but the search path, so that the service's own
     * secrets do not reach it; messages are in English, so that they can be classified.
     *
     * @param environment may hold secrets; the command must not
     * @throws OperationFailedException with {@code TOOL_MISSING} if the program can't be started
     */
    public ToolProcess start(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command);
        String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        try {
            ToolProcess process = new ToolProcess(command.getFirst(), builder.start());
            started.removeIf(earlier -> !earlier.running());
            started.add(process);
            return process;
        } catch (IOException e) {
            throw new OperationFailedException(
                    "TOOL_MISSING",
                    "'" + command.getFirst() + "' can't be started; expected an executable program",
                    Failure.Kind.INTERNAL,
                    e);
        }
    }

    @PreDestroy
    void killAll() {
        started.forEach(ToolProcess::kill);
    }
}
