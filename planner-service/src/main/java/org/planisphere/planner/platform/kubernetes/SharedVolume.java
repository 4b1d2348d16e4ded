package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What planner and pods both mount, so that data comes in and results come out: where the work folders lie for a pod. */
sealed interface SharedVolume {
    /**
     * A volume claim, which every namespace must have under this name, for the same storage.
     *
     * @param path from the volume's root to the folder of the work folders; empty when that is the root
     */
    record Claim(String name, String path) implements SharedVolume {
        @Override
        public Parts parts(List<Place> places) {
            List<VolumeMount> mounts = new ArrayList<>();
            for (Place place : places) {
                mounts.add(new VolumeMountBuilder()
                        .withName("work")
                        .withMountPath(place.to())
                        .withSubPath(path.isEmpty() ? place.from() : path + "/" + place.from())
                        .withReadOnly(place.readOnly() ? true : null)
                        .build());
            }
            Volume volume = new VolumeBuilder()
                    .withName("work")
                    .withNewPersistentVolumeClaim()
                    .withClaimName(name)
                    .endPersistentVolumeClaim()
                    .build();
            return new Parts(List.of(volume), mounts);
        }
    }

    /**
     * A folder that every node has, by its own mount of the storage.
     *
     * @param path of the folder of the work folders, on the nodes
     */
    record HostPath(String path) implements SharedVolume {
        @Override
        public Parts parts(List<Place> places) {
            Map<String, Volume> volumes = new LinkedHashMap<>();
            List<VolumeMount> mounts = new ArrayList<>();
            for (Place place : places) {
                String whole = path + "/" + place.from();
                Volume volume = volumes.computeIfAbsent(
                        whole,
                        key -> new VolumeBuilder()
                                .withName("work-" + volumes.size())
                                .withNewHostPath()
                                .withPath(key)
                                // A node without the storage refuses the pod and makes no folder of its own.
                                .withType(place.folder() ? "Directory" : "File")
                                .endHostPath()
                                .build());
                mounts.add(new VolumeMountBuilder()
                        .withName(volume.getName())
                        .withMountPath(place.to())
                        .withReadOnly(place.readOnly() ? true : null)
                        .build());
            }
            return new Parts(List.copyOf(volumes.values()), mounts);
        }
    }

    /**
     * @param from below the folder of the work folders
     * @param to absolute, in the container
     */
    record Place(String from, String to, boolean readOnly, boolean folder) {}

    /** What of a pod makes them seen. */
    record Parts(List<Volume> volumes, List<VolumeMount> mounts) {
        public Parts {
            volumes = List.copyOf(volumes);
            mounts = List.copyOf(mounts);
        }
    }

    Parts parts(List<Place> places);
}
