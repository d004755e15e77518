// The contrast-stretched luma that features are found on, and the agreement of two of them.

internal import CKernels
public import SelvageTypes

/// Contrast-stretched luma of a picture at a size.
public struct LumaPlane: Sendable, Hashable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Rows from the top, about 12...242.
    public let samples: [Float]

    /// The luma of a picture at a size; a repeat `wraps` around.
    public init(of picture: Picture, width: Int, height: Int, wraps: Bool) {
        self.width = width
        self.height = height
        var room = [Float](repeating: 0, count: width * height + 64)
        _ = picture.pixels.withUnsafeBufferPointer {
            selvage_working_luma(
                $0.baseAddress, Int32(picture.width), Int32(picture.height), Int32(width),
                Int32(height), wraps ? 1 : 0, &room)
        }
        samples = room
    }

    /// Known samples.
    ///
    /// - Precondition: There are `width * height` samples at least.
    public init(width: Int, height: Int, samples: [Float]) {
        precondition(samples.count >= width * height, "A plane has a sample for each pixel.")
        self.width = width
        self.height = height
        self.samples = samples
    }

    /// The plane at another size; a repeat `wraps` around.
    public func resized(width: Int, height: Int, wraps: Bool) -> LumaPlane {
        var result = [Float](repeating: 0, count: width * height + 64)
        _ = selvage_resize_luma(
            samples, Int32(self.width), Int32(self.height), &result, Int32(width), Int32(height),
            wraps ? 1 : 0)
        return LumaPlane(width: width, height: height, samples: result)
    }

    /// The plane at half the size: the means of two by two samples.
    public var halved: LumaPlane {
        let (columns, rows) = (max(1, width / 2), max(1, height / 2))
        var result = [Float](repeating: 0, count: columns * rows)
        samples.withUnsafeBufferPointer { from in
            result.withUnsafeMutableBufferPointer { to in
                for row in 0..<rows {
                    let (above, below) = (2 * row * width, min(height - 1, 2 * row + 1) * width)
                    for column in 0..<columns {
                        let (left, right) = (2 * column, min(width - 1, 2 * column + 1))
                        to[row * columns + column] =
                            0.25
                            * (from[above + left] + from[above + right] + from[below + left]
                                + from[below + right])
                    }
                }
            }
        }
        return LumaPlane(width: columns, height: rows, samples: result)
    }

    /// One block of this picture and where a fit says that it lies on a repeat.
    public struct Block: Sendable, Hashable {
        public var x, y, step: Float
        public var u, v, uAcross, vAcross, uDown, vDown: Float
        public init(
            x: Float, y: Float, step: Float, u: Float, v: Float, uAcross: Float, vAcross: Float,
            uDown: Float, vDown: Float
        ) {
            (self.x, self.y, self.step, self.u, self.v) = (x, y, step, u, v)
            (self.uAcross, self.vAcross, self.uDown, self.vDown) = (uAcross, vAcross, uDown, vDown)
        }
    }

    /// How a block agrees with a repeat.
    public struct Agreement: Sendable, Hashable {
        public var gradients, luma, movedAcross, movedDown: Float
        public var contrast, licensedContrast, rival: Float
    }

    /// How blocks of this picture agree with a repeat.
    public func agreement(
        of blocks: [Block], with licensed: LumaPlane, reach: Int
    ) -> [Agreement] {
        let plain = blocks.map {
            selvage_block(
                x: $0.x, y: $0.y, step: $0.step, u: $0.u, v: $0.v, u_across: $0.uAcross,
                v_across: $0.vAcross, u_down: $0.uDown, v_down: $0.vDown)
        }
        var found = [selvage_agreement](repeating: selvage_agreement(), count: blocks.count)
        selvage_agree(
            samples, Int32(width), Int32(height), licensed.samples, Int32(licensed.width),
            Int32(licensed.height), plain, plain.count, Int32(reach), &found)
        return found.map {
            Agreement(
                gradients: $0.gradients, luma: $0.luma, movedAcross: $0.moved_across,
                movedDown: $0.moved_down, contrast: $0.contrast,
                licensedContrast: $0.licensed_contrast, rival: $0.rival)
        }
    }
}
