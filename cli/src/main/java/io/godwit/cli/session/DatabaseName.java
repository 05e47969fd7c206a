package io.godwit.cli.session;

import io.godwit.cli.api.ApiPaths;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A database as people name it: {@code tenant/name}. Whether such a name may exist is the platform's to say. */
public record DatabaseName(String tenant, String name) {

    /** The database's path in the REST API. */
    public String path() {
        return ApiPaths.database(tenant, name);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }

    /** Reads it from the command line. */
    public static final class Converter implements ITypeConverter<DatabaseName> {
        @Override
        public DatabaseName convert(String value) {
            int slash = value.indexOf('/');
            if (slash <= 0 || slash == value.length() - 1 || value.indexOf('/', slash + 1) > 0) {
                throw new TypeConversionException(
                        "database '" + value + "' is not of the form tenant/name, for example acme/orders");
            }
            return new DatabaseName(value.substring(0, slash), value.substring(slash + 1));
        }
    }
}
