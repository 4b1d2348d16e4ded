package org.planisphere.planner.staging;

import java.util.Locale;
import java.util.Map;

/** Media types by the ending of a file's name. */
public final class MediaTypes {
    public static final String UNKNOWN = "application/octet-stream";

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("txt", "text/plain"),
            Map.entry("log", "text/plain"),
            Map.entry("md", "text/markdown"),
            Map.entry("csv", "text/csv"),
            Map.entry("tsv", "text/tab-separated-values"),
            Map.entry("html", "text/html"),
            Map.entry("htm", "text/html"),
            Map.entry("py", "text/x-python"),
            Map.entry("json", "application/json"),
            Map.entry("geojson", "application/geo+json"),
            Map.entry("ipynb", "application/x-ipynb+json"),
            Map.entry("xml", "application/xml"),
            Map.entry("vot", "application/x-votable+xml"),
            Map.entry("votable", "application/x-votable+xml"),
            Map.entry("yaml", "application/yaml"),
            Map.entry("yml", "application/yaml"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("fits", "application/fits"),
            Map.entry("fit", "application/fits"),
            Map.entry("fts", "application/fits"),
            Map.entry("parquet", "application/vnd.apache.parquet"),
            Map.entry("h5", "application/x-hdf5"),
            Map.entry("hdf5", "application/x-hdf5"),
            Map.entry("npy", "application/x-npy"),
            Map.entry("zip", "application/zip"),
            Map.entry("gz", "application/gzip"),
            Map.entry("tar", "application/x-tar"));

    private MediaTypes() {}

    public static String of(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? UNKNOWN : TYPES.getOrDefault(name.substring(dot + 1).toLowerCase(Locale.ROOT), UNKNOWN);
    }
}
