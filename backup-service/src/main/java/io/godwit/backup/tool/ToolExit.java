package io.godwit.backup.tool;

/**
 * How a program ended.
 *
 * @param errors what it wrote to its standard error, at most the last few kilobytes
 */
public record ToolExit(int code, String errors) {
    public boolean successful() {
        return code == 0;
    }

    /**
     * The program's own words about what went wrong, fit for a message: its last error line without the details that
     * follow it, which may quote a tenant's rows.
     */
    public String reason() {
        return errors.lines()
                .filter(line -> line.contains("error:") || line.contains("FATAL:"))
                .reduce((first, second) -> second)
                .map(line -> line.substring(0, Math.min(line.length(), 300)).strip())
                .orElse("exit code " + code);
    }
}
