package org.planisphere.registry.sky;

/**
 * Pixels of the sky in nested order.
 *
 * @see <a href="https://doi.org/10.1086/427976">Górski et al. 2005, sections 4 and 5</a>
 */
final class Healpix {
    private static final int[] RING = {2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4};
    private static final int[] TURN = {1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7};

    private Healpix() {}

    /** The pixel at a position in degrees. */
    static long pixel(int order, double longitude, double latitude) {
        long side = 1L << order;
        double z = Math.sin(Math.toRadians(latitude));
        double turn = (((longitude % 360) + 360) % 360) / 90;
        int face;
        long x;
        long y;
        if (Math.abs(z) <= 2.0 / 3) {
            double up = side * (0.5 + turn);
            double across = side * z * 0.75;
            long down = (long) (up - across);
            long rise = (long) (up + across);
            long faceDown = down >> order;
            long faceUp = rise >> order;
            face = faceUp == faceDown
                    ? (int) (faceUp & 3) + 4
                    : faceUp < faceDown ? (int) (faceUp & 3) : (int) (faceDown & 3) + 8;
            x = rise & (side - 1);
            y = side - (down & (side - 1)) - 1;
        } else {
            int quarter = Math.min(3, (int) turn);
            double within = turn - quarter;
            // The distance from the pole, without the loss of 1 - |z| close to it.
            double polar = side * Math.sqrt(6) * Math.sin(Math.toRadians(90 - Math.abs(latitude)) / 2);
            long rise = Math.min(side - 1, (long) (within * polar));
            long down = Math.min(side - 1, (long) ((1 - within) * polar));
            face = z >= 0 ? quarter : quarter + 8;
            x = z >= 0 ? side - down - 1 : rise;
            y = z >= 0 ? side - rise - 1 : down;
        }
        return ((long) face << (2 * order)) + spread(x) + (spread(y) << 1);
    }

    /** The direction of the middle of a pixel, as a vector of length 1. */
    static double[] middle(int order, long pixel) {
        long side = 1L << order;
        int face = (int) (pixel >> (2 * order));
        long within = pixel & ((1L << (2 * order)) - 1);
        return direction(side, face, gather(within) + 0.5, gather(within >> 1) + 0.5);
    }

    /** The directions of the four corners of a pixel. */
    static double[][] corners(int order, long pixel) {
        long side = 1L << order;
        int face = (int) (pixel >> (2 * order));
        long within = pixel & ((1L << (2 * order)) - 1);
        long x = gather(within);
        long y = gather(within >> 1);
        return new double[][] {
            direction(side, face, x, y),
            direction(side, face, x + 1, y),
            direction(side, face, x + 1, y + 1),
            direction(side, face, x, y + 1)
        };
    }

    private static double[] direction(long side, int face, double x, double y) {
        double ring = RING[face] - (x + y) / side;
        double z;
        double parts;
        if (ring < 1) {
            parts = ring;
            z = 1 - ring * ring / 3;
        } else if (ring > 3) {
            parts = 4 - ring;
            z = parts * parts / 3 - 1;
        } else {
            parts = 1;
            z = (2 - ring) * 2 / 3;
        }
        double turn = parts == 0 ? 0 : TURN[face] + (x - y) / side / parts;
        double longitude = turn * Math.PI / 4;
        double across = Math.sqrt(Math.max(0, (1 - z) * (1 + z)));
        return new double[] {across * Math.cos(longitude), across * Math.sin(longitude), z};
    }

    /** A bit of nothing between each two bits. */
    private static long spread(long bits) {
        long spread = bits & 0xFFFFFFFFL;
        spread = (spread | spread << 16) & 0x0000FFFF0000FFFFL;
        spread = (spread | spread << 8) & 0x00FF00FF00FF00FFL;
        spread = (spread | spread << 4) & 0x0F0F0F0F0F0F0F0FL;
        spread = (spread | spread << 2) & 0x3333333333333333L;
        return (spread | spread << 1) & 0x5555555555555555L;
    }

    /** Every second bit. */
    private static long gather(long bits) {
        long gathered = bits & 0x5555555555555555L;
        gathered = (gathered | gathered >> 1) & 0x3333333333333333L;
        gathered = (gathered | gathered >> 2) & 0x0F0F0F0F0F0F0F0FL;
        gathered = (gathered | gathered >> 4) & 0x00FF00FF00FF00FFL;
        gathered = (gathered | gathered >> 8) & 0x0000FFFF0000FFFFL;
        return (gathered | gathered >> 16) & 0x00000000FFFFFFFFL;
    }
}
