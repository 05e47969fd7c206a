package io.godwit.provisioning.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** TCP ports from {@code first} to {@code last}, both included. */
public record PortRange(int first, int last) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})([-+])(\\d{1,5})");
    private static final int HIGHEST = 65_535;

    public PortRange {
        if (first < 1 || first > last || last > HIGHEST) {
            throw new IllegalArgumentException("port range " + first + "-" + last
                    + " is invalid; expected two ports of 1 to 65535, lower one first");
        }
    }

    /** @throws IllegalArgumentException if {@code text} is not of the form {@code 25000-25999} or {@code 25000+999} */
    public static PortRange of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "port range '" + text + "' is invalid; expected the form 25000-25999 or 25000+999");
        }
        int first = Integer.parseInt(matcher.group(1));
        int second = Integer.parseInt(matcher.group(3));
        return new PortRange(first, matcher.group(2).equals("+") ? Math.min(first + second, HIGHEST) : second);
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }

    IntStream ports() {
        return IntStream.rangeClosed(first, last);
    }
}
