package org.planisphere.registry.sky;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Makes areas of shapes; all numbers are degrees. Edges are followed by pixels of a tenth of the shape, so an area is a
 * little larger than its shape.
 */
public final class Area {
    /** The finest order of edges, pixels of about a minute of arc. */
    private static final int FINEST = 11;

    private Area() {}

    public static Optional<Moc> point(double longitude, double latitude) {
        return onSky(longitude, latitude)
                ? Optional.of(pixel(Healpix.pixel(Moc.ORDER, longitude, latitude)))
                : Optional.empty();
    }

    private static Moc pixel(long pixel) {
        return new Moc(List.of(new Moc.Span(pixel, pixel + 1)));
    }

    public static Optional<Moc> circle(double longitude, double latitude, double radius) {
        if (!onSky(longitude, latitude) || !(radius >= 0) || radius > 180) {
            return Optional.empty();
        }
        double[] middle = vector(longitude, latitude);
        double around = Math.toRadians(radius);
        List<Moc.Span> spans = new ArrayList<>();
        walk(spans, order(radius), direction -> angle(middle, direction) - around);
        spans.addAll(pixel(Healpix.pixel(Moc.ORDER, longitude, latitude)).spans());
        return Optional.of(Moc.of(spans));
    }

    /**
     * A polygon that bends to one side only.
     *
     * @param corners longitude and latitude of each
     */
    public static Optional<Moc> polygon(double[] corners) {
        int number = corners.length / 2;
        double[][] vectors = new double[number][];
        double[] middle = new double[3];
        for (int i = 0; i < number; i++) {
            if (!onSky(corners[2 * i], corners[2 * i + 1])) {
                return Optional.empty();
            }
            vectors[i] = vector(corners[2 * i], corners[2 * i + 1]);
            for (int j = 0; j < 3; j++) {
                middle[j] += vectors[i][j];
            }
        }
        List<double[]> sides = new ArrayList<>();
        double widest = 0;
        for (int i = 0; i < number; i++) {
            double[] side = cross(vectors[i], vectors[(i + 1) % number]);
            double length = Math.sqrt(dot(side, side));
            if (length > 1e-12) {
                double turn = dot(side, middle) < 0 ? -1 : 1;
                sides.add(new double[] {turn * side[0] / length, turn * side[1] / length, turn * side[2] / length});
            }
            widest = Math.max(widest, Math.toDegrees(angle(vectors[0], vectors[i])));
        }
        for (double[] vector : vectors) {
            for (double[] side : sides) {
                if (dot(side, vector) < -1e-9) {
                    return Optional.empty();
                }
            }
        }
        List<Moc.Span> spans = new ArrayList<>();
        walk(spans, order(widest / 2), direction -> {
            double outside = -Math.PI;
            for (double[] side : sides) {
                outside = Math.max(outside, -Math.asin(Math.max(-1, Math.min(1, dot(side, direction)))));
            }
            return outside;
        });
        return Optional.of(Moc.of(spans));
    }

    private static int order(double radius) {
        int order = 3;
        // A pixel of order 0 is about 58.6 degrees wide.
        while (order < FINEST && 58.6 / (1 << order) > radius / 10) {
            order++;
        }
        return order;
    }

    /** @param outside how far a direction is from the shape, in radians; less than zero inside of it */
    private static void walk(List<Moc.Span> spans, int finest, ToDoubleFunction<double[]> outside) {
        for (long pixel = 0; pixel < 12; pixel++) {
            walk(spans, 0, pixel, finest, outside);
        }
    }

    private static void walk(
            List<Moc.Span> spans, int order, long pixel, int finest, ToDoubleFunction<double[]> outside) {
        double[] middle = Healpix.middle(order, pixel);
        double reach = 0;
        for (double[] corner : Healpix.corners(order, pixel)) {
            reach = Math.max(reach, angle(middle, corner));
        }
        double away = outside.applyAsDouble(middle);
        if (away > reach * 1.1) {
            return;
        }
        if (away < -reach * 1.1 || order == finest) {
            spans.add(Moc.span(order, pixel, pixel));
            return;
        }
        for (long child = 4 * pixel; child < 4 * pixel + 4; child++) {
            walk(spans, order + 1, child, finest, outside);
        }
    }

    private static boolean onSky(double longitude, double latitude) {
        return Double.isFinite(longitude) && Math.abs(longitude) <= 3600 && Math.abs(latitude) <= 90;
    }

    private static double[] vector(double longitude, double latitude) {
        double across = Math.cos(Math.toRadians(latitude));
        return new double[] {
            across * Math.cos(Math.toRadians(longitude)),
            across * Math.sin(Math.toRadians(longitude)),
            Math.sin(Math.toRadians(latitude))
        };
    }

    private static double angle(double[] one, double[] other) {
        double[] across = cross(one, other);
        return Math.atan2(Math.sqrt(dot(across, across)), dot(one, other));
    }

    private static double dot(double[] one, double[] other) {
        return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
    }

    private static double[] cross(double[] one, double[] other) {
        return new double[] {
            one[1] * other[2] - one[2] * other[1],
            one[2] * other[0] - one[0] * other[2],
            one[0] * other[1] - one[1] * other[0]
        };
    }
}
