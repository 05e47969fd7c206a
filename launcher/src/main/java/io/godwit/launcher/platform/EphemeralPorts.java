package io.godwit.launcher.platform;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ports that the kernel gives to outgoing connections, from {@code first} to {@code last}. */
record EphemeralPorts(int first, int last) {
    static final Path KERNEL_SETTING = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})\\s+(\\d{1,5})");

    /** @return empty if the setting can't be read: then there is nothing to warn of */
    static Optional<EphemeralPorts> read(Path setting) {
        // The kernel gives the file to a first read that has room for all of it, and nothing to a second.
        try (BufferedReader reader = Files.newBufferedReader(setting)) {
            Matcher range = RANGE.matcher(
                    Objects.requireNonNullElse(reader.readLine(), "").strip());
            return range.matches()
                    ? Optional.of(
                            new EphemeralPorts(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2))))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** @return a warning for people, if an outgoing connection may take one of the plan's ports */
    Optional<String> warning(PortPlan plan) {
        OptionalInt affected =
                plan.all().filter(port -> port >= first && port <= last).min();
        if (affected.isEmpty()) {
            return Optional.empty();
        }
        int harmless = first - 1 - PortPlan.SPAN;
        String advice = harmless >= PortPlan.LOWEST_BASE
                ? "set " + PortPlan.VARIABLE + " to " + harmless + " or less"
                : "narrow the range in " + KERNEL_SETTING;
        return Optional.of("WARNING: this platform's ports from " + affected.getAsInt()
                + " up are among those that the kernel gives to outgoing connections (" + first + " to " + last
                + "). A connection may take one before the platform does; better " + advice + ".");
    }
}
