package io.godwit.provisioning.server;

import io.godwit.provisioning.engine.ProvisioningException;
import java.util.regex.Pattern;

/** How regions may be named. */
public final class RegionName {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");

    private RegionName() {}

    public static String require(String region) {
        if (!FORM.matcher(region).matches()) {
            throw ProvisioningException.refused(
                    "INVALID_REGION",
                    "region '" + region + "' is invalid; expected at most 31 lower-case letters, digits and hyphens");
        }
        return region;
    }
}
