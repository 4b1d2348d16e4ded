package org.planisphere.planner.platform.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a host can do, as {@code keeper.py} found by trying there.
 *
 * @param root whether it runs as root
 * @param user whether it can run things as another user
 * @param spaces whether kernel namespaces can be made directly
 * @param bubblewrap whether bubblewrap works
 * @param cgroups version of the control groups; 0 where none can be used
 * @param controllers what they can limit
 * @param cores numbers of those it may use
 * @param notebooks whether its Python can execute notebooks
 * @param live whether its Python can serve them to people
 * @param lab whether JupyterLab is there to show them
 * @param java whether there is a Java that runs see
 * @param pip whether its Python can install packages
 * @param interpreter which Python that is: version and machine
 * @param boot changes with each start of the host
 */
public record Host(
        boolean root,
        boolean user,
        boolean spaces,
        boolean bubblewrap,
        int cgroups,
        List<String> controllers,
        List<Integer> cores,
        boolean notebooks,
        boolean live,
        boolean lab,
        boolean java,
        boolean pip,
        String interpreter,
        String boot) {
    /** As the keeper said it. */
    public static Host of(Map<String, Object> hello) {
        Map<?, ?> groups = hello.get("cgroups") instanceof Map<?, ?> map ? map : Map.of();
        List<String> controllers = new ArrayList<>();
        if (groups.get("controllers") instanceof List<?> list) {
            list.forEach(name -> controllers.add(String.valueOf(name)));
        }
        List<Integer> cores = new ArrayList<>();
        if (hello.get("cores") instanceof List<?> list) {
            list.forEach(number -> cores.add(((Number) number).intValue()));
        }
        return new Host(
                Boolean.TRUE.equals(hello.get("root")),
                Boolean.TRUE.equals(hello.get("user")),
                Boolean.TRUE.equals(hello.get("spaces")),
                hello.get("bwrap") != null,
                groups.get("version") instanceof Number version ? version.intValue() : 0,
                List.copyOf(controllers),
                List.copyOf(cores),
                Boolean.TRUE.equals(hello.get("notebooks")),
                Boolean.TRUE.equals(hello.get("live")),
                Boolean.TRUE.equals(hello.get("lab")),
                hello.get("java") != null,
                Boolean.TRUE.equals(hello.get("pip")),
                String.valueOf(hello.get("interpreter")),
                String.valueOf(hello.get("boot")));
    }

    /** Whether control groups limit it: {@code memory}, {@code cpu}, {@code pids}. */
    public boolean has(String controller) {
        return controllers.contains(controller);
    }

    /** Whether a run has a view of the file system, and of processes, of its own. */
    public boolean shutIn() {
        return bubblewrap || spaces;
    }
}
