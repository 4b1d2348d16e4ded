package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPReply;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.Transfer;
import org.planisphere.planner.staging.Unreachable;

/**
 * Puts results to an FTP server, below the address of its place: each file under a name of ours, and then renamed to its
 * own when the server has all of it. FTP has no word for "unless there is something already": it is looked for before the
 * upload and again before the renaming, and between that look and the renaming somebody else's file may be lost on servers
 * that rename over what is there.
 */
public final class FtpSink implements Sink {
    private static final int ATTEMPTS = 4;
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final FtpPlace ftp;
    private final Place place;

    /** @param ftp the same place as source */
    public FtpSink(FtpPlace ftp, Place place) {
        this.ftp = ftp;
        this.place = place;
    }

    @Override
    public boolean takes(Address address) {
        return ftp.takes(address);
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        return Place.against(address);
    }

    @Override
    public void put(Address address, Parcel parcel, Transfer transfer) throws IOException {
        URI at = address.uri().orElseThrow(() -> new IOException("it is no address"));
        String path = parcel.name().isEmpty() ? at.getPath() : Place.folder(at.getPath()) + parcel.name();
        if (!ftp.takes(address) || Place.astray(path) || path.endsWith("/")) {
            throw new IOException("nothing may be put there");
        }
        long end = System.nanoTime() + place.time().toNanos();
        for (int attempt = 1; ; attempt++) {
            try {
                ftp.with(WAIT, client -> once(client, path, parcel, transfer, end));
                return;
            } catch (Refused e) {
                throw e;
            } catch (IOException e) {
                if (attempt == ATTEMPTS || System.nanoTime() > end) {
                    throw new IOException("the place ended early", e);
                }
                transfer.tell("The connection to " + place.endpoint().getHost() + " broke off; trying again");
            }
        }
    }

    /** The server said no, and will again. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private boolean once(FTPClient client, String path, Parcel parcel, Transfer transfer, long end) throws IOException {
        if (there(client, path, parcel)) {
            return true;
        }
        String folder = path.substring(0, path.lastIndexOf('/') + 1);
        folders(client, folder);
        String draft = folder + ".planisphere-" + UUID.randomUUID();
        boolean renamed = false;
        try {
            store(client, draft, parcel, end);
            String size = client.getSize(draft);
            if (size != null && !size.equals(Long.toString(parcel.file().size()))) {
                throw new Refused(
                        "the place has kept " + size + " of " + parcel.file().size() + " bytes");
            }
            if (there(client, path, parcel)) {
                return true;
            }
            renamed = client.rename(draft, path);
            if (!renamed) {
                throw refused(client);
            }
        } finally {
            if (!renamed && client.isConnected()) {
                remove(client, draft);
            }
        }
        transfer.moved(parcel.file().size());
        return true;
    }

    private static void remove(FTPClient client, String draft) {
        try {
            client.deleteFile(draft);
        } catch (IOException e) {
            // What broke off before tells more; a later attempt has another name.
        }
    }

    private static Refused refused(FTPClient client) {
        return new Refused("the place answered " + client.getReplyCode());
    }

    /** Whether the very same file is there already; refused when another one is. */
    private boolean there(FTPClient client, String path, Parcel parcel) throws IOException {
        String size = client.getSize(path);
        if (size == null) {
            if (client.getReplyCode() != FTPReply.FILE_UNAVAILABLE) {
                throw new Refused(
                        "the place does not tell whether there is something of that name already: it answered "
                                + client.getReplyCode());
            }
            return false;
        }
        if (!size.equals(Long.toString(parcel.file().size()))
                || !parcel.file()
                        .sha256()
                        .equals(hash(client, path, parcel.file().size()))) {
            throw new Refused("there is something else of that name already");
        }
        return true;
    }

    private static String hash(FTPClient client, String path, long size) throws IOException {
        InputStream in = client.retrieveFileStream(path);
        if (in == null) {
            throw new Refused("there is something of that name already, which may not be read");
        }
        MessageDigest digest = Sha256.begin();
        byte[] buffer = new byte[1 << 16];
        long read = 0;
        try (in) {
            for (int n = in.read(buffer); n >= 0 && read <= size; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                read += n;
            }
        }
        if (!client.completePendingCommand()) {
            throw refused(client);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Makes the folders from the endpoint on that are not there yet; one that cannot be made is told when it is needed. */
    private void folders(FTPClient client, String folder) throws IOException {
        String base = Place.folder(
                place.endpoint().getPath() == null ? "" : place.endpoint().getPath());
        StringBuilder at = new StringBuilder(base);
        for (String part :
                folder.substring(Math.min(base.length(), folder.length())).split("/")) {
            if (!part.isEmpty()) {
                at.append(part);
                client.makeDirectory(at.toString());
                at.append('/');
            }
        }
    }

    private static void store(FTPClient client, String draft, Parcel parcel, long end) throws IOException {
        OutputStream out = client.storeFileStream(draft);
        if (out == null) {
            throw refused(client);
        }
        byte[] buffer = new byte[1 << 16];
        long sent = 0;
        try (out;
                InputStream in = parcel.opener().open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (System.nanoTime() > end) {
                    throw new Refused("it took too long");
                }
                out.write(buffer, 0, n);
                sent += n;
            }
        }
        if (!client.completePendingCommand()) {
            throw refused(client);
        }
        if (sent != parcel.file().size()) {
            throw new Refused("the result has changed while it was put");
        }
    }
}
