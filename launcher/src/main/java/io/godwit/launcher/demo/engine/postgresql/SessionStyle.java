package io.godwit.launcher.demo.engine.postgresql;

import java.util.Properties;

/** The ways in which applications talk to PostgreSQL; the clients are spread over them. */
enum SessionStyle {
    /** The extended protocol with statements that the server keeps. */
    SERVER_PREPARED(false, "prepareThreshold", "1"),
    /** The simple protocol. */
    SIMPLE(false, "preferQueryMode", "simple"),
    /** Statements that the server keeps, in a session with settings of its own. */
    SERVER_PREPARED_WITH_SETTINGS(true, "prepareThreshold", "1"),
    /** The extended protocol with the unnamed statement alone, in a session with settings of its own. */
    UNNAMED_WITH_SETTINGS(true, "prepareThreshold", "0");

    private final boolean settings;
    private final String property;
    private final String value;

    SessionStyle(boolean settings, String property, String value) {
        this.settings = settings;
        this.property = property;
        this.value = value;
    }

    static SessionStyle of(int client) {
        return values()[client % values().length];
    }

    boolean hasSettings() {
        return settings;
    }

    Properties driverProperties() {
        Properties properties = new Properties();
        properties.setProperty(property, value);
        return properties;
    }
}
