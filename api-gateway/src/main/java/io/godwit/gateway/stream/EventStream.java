package io.godwit.gateway.stream;

import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One client's stream of events. It may be ended by another thread than the one that reads it. */
public final class EventStream {
    private static final String BEFORE_ID = "/api/v1/migrations/";
    private static final String AFTER_ID = "/events";
    private static final String ATTRIBUTE = EventStream.class.getName();

    private final String tokenId;
    private @Nullable InputStream source;
    private boolean ended;

    EventStream(String tokenId) {
        this.tokenId = tokenId;
    }

    /** @param path decoded */
    public static boolean isAt(String path) {
        return path.startsWith(BEFORE_ID) && path.endsWith(AFTER_ID);
    }

    /** Empty if the request does not follow a stream of events. */
    public static Optional<EventStream> of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof EventStream stream ? Optional.of(stream) : Optional.empty();
    }

    void attachTo(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    String tokenId() {
        return tokenId;
    }

    /** @return what comes from the service, until either that or this stream ends */
    public InputStream follow(InputStream events) {
        boolean over;
        synchronized (this) {
            source = events;
            over = ended;
        }
        if (over) {
            letGo(events);
        }
        return new Followed(events);
    }

    /** Lets go of the service at once; for the client the stream ends as if the service had ended it. */
    void end() {
        InputStream events;
        synchronized (this) {
            ended = true;
            events = source;
        }
        if (events != null) {
            letGo(events);
        }
    }

    private static void letGo(InputStream events) {
        try {
            events.close();
        } catch (IOException e) {
            // Nobody reads it any more.
        }
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private final class Followed extends FilterInputStream {
        private static final int END = -1;

        Followed(InputStream events) {
            super(events);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) == END ? END : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (isEnded()) {
                return END;
            }
            try {
                return super.read(target, offset, length);
            } catch (IOException e) {
                if (isEnded()) {
                    return END;
                }
                throw e;
            }
        }
    }
}
