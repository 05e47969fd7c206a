package io.godwit.launcher.platform;

/** How the platform's own S3 store is addressed. */
final class ObjectStore {
    static final String BUCKET = "godwit-backups";
    static final String REGION = "us-east-1";
    static final String ACCESS_KEY = "godwit";
    /** Name of the secret. */
    static final String SECRET = "s3-secret-key";

    private ObjectStore() {}
}
