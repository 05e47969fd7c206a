package io.godwit.cli.session;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a tier from the command line: {@code shared} and {@code dedicated} or their synonyms {@code L1} and {@code L2}. */
public final class TierName implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "shared", "l1" -> "shared";
            case "dedicated", "l2" -> "dedicated";
            default ->
                throw new TypeConversionException(
                        "tier '" + value + "' is unknown; expected shared (L1) or dedicated (L2)");
        };
    }
}
