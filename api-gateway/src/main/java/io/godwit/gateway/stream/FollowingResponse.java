package io.godwit.gateway.stream;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/**
 * A response that ends its stream when the client has gone. Otherwise the stream would be read to its end all the same,
 * because the connection to the service is to be used again.
 */
final class FollowingResponse extends HttpServletResponseWrapper {
    private final EventStream stream;

    FollowingResponse(HttpServletResponse response, EventStream stream) {
        super(response);
        this.stream = stream;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        return new Output(super.getOutputStream());
    }

    private interface Writing {
        void run() throws IOException;
    }

    private final class Output extends ServletOutputStream {
        private final ServletOutputStream client;

        Output(ServletOutputStream client) {
            this.client = client;
        }

        private void orEnd(Writing writing) throws IOException {
            try {
                writing.run();
            } catch (IOException e) {
                stream.end();
                throw e;
            }
        }

        @Override
        public void write(int value) throws IOException {
            orEnd(() -> client.write(value));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            orEnd(() -> client.write(bytes, offset, length));
        }

        @Override
        public void flush() throws IOException {
            orEnd(client::flush);
        }

        @Override
        public void close() throws IOException {
            client.close();
        }

        @Override
        public boolean isReady() {
            return client.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            client.setWriteListener(listener);
        }
    }
}
