package org.planisphere.server;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.door.Tunnel;

/** Joins an upgraded connection to the tunnel that leads into a run; made by the container. */
public final class Joint implements HttpUpgradeHandler {
    private @Nullable Tunnel tunnel;

    void with(Tunnel leading) {
        tunnel = leading;
    }

    @Override
    public void init(WebConnection connection) {
        Tunnel leading = tunnel;
        if (leading == null) {
            return;
        }
        try {
            ServletInputStream in = connection.getInputStream();
            Waiting waiting = new Waiting(in);
            in.setReadListener(waiting);
            leading.serve(waiting, connection.getOutputStream(), () -> {
                waiting.onError(new EOFException("the tunnel is closed"));
                try {
                    connection.close();
                } catch (Exception gone) {
                    // It is closed in either case.
                }
            });
        } catch (IOException e) {
            leading.close();
        }
    }

    @Override
    public void destroy() {
        Tunnel leading = tunnel;
        if (leading != null) {
            leading.close();
        }
    }

    /** What the container tells when it comes, for a reader who waits for it. */
    private static final class Waiting extends InputStream implements ReadListener {
        private final ServletInputStream in;
        private final Semaphore told = new Semaphore(0);
        private volatile @Nullable Throwable wrong;

        Waiting(ServletInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            while (true) {
                Throwable stop = wrong;
                if (stop != null) {
                    throw new IOException("the caller has gone", stop);
                }
                if (in.isFinished()) {
                    return -1;
                }
                if (in.isReady()) {
                    return in.read(bytes, from, most);
                }
                try {
                    told.acquire();
                    told.drainPermits();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
        }

        @Override
        public void onDataAvailable() {
            told.release();
        }

        @Override
        public void onAllDataRead() {
            told.release();
        }

        @Override
        public void onError(Throwable failure) {
            wrong = failure;
            told.release();
        }
    }
}
