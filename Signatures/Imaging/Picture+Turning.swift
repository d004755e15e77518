// Pictures cut, mirrored and turned: exact rearrangements of pixels.

public import SelvageTypes

extension Picture {
    /// A rectangle of the picture; the part of it that lies inside.
    ///
    /// - Precondition: The rectangle and the picture share at least one pixel.
    public func cropped(x: Int, y: Int, width: Int, height: Int) -> Picture {
        let columns = max(0, x)..<max(0, x, min(self.width, x + width))
        let rows = max(0, y)..<max(0, y, min(self.height, y + height))
        precondition(!columns.isEmpty && !rows.isEmpty, "A crop shares a pixel with its picture.")
        var cut: [UInt8] = []
        cut.reserveCapacity(columns.count * rows.count * 3)
        for row in rows {
            let start = (row * self.width + columns.lowerBound) * 3
            cut.append(contentsOf: pixels[start..<start + columns.count * 3])
        }
        return Picture(width: columns.count, height: rows.count, pixels: cut)
    }

    /// Left and right exchanged.
    public func mirrored() -> Picture {
        rearranged(width: width, height: height) { x, y in (width - 1 - x, y) }
    }

    /// Top and bottom exchanged.
    public func flipped() -> Picture {
        rearranged(width: width, height: height) { x, y in (x, height - 1 - y) }
    }

    /// A quarter turn counter-clockwise.
    public func turned90() -> Picture {
        rearranged(width: height, height: width) { x, y in (width - 1 - y, x) }
    }

    /// A half turn.
    public func turned180() -> Picture {
        rearranged(width: width, height: height) { x, y in (width - 1 - x, height - 1 - y) }
    }

    /// Three quarter turns counter-clockwise, which is one clockwise.
    public func turned270() -> Picture {
        rearranged(width: height, height: width) { x, y in (y, height - 1 - x) }
    }

    /// Rows and columns exchanged: upper left and lower right stay.
    public func transposed() -> Picture {
        rearranged(width: height, height: width) { x, y in (y, x) }
    }

    /// Rows and columns exchanged about the other diagonal: upper right and lower left stay.
    public func antiTransposed() -> Picture {
        rearranged(width: height, height: width) { x, y in (width - 1 - y, height - 1 - x) }
    }

    /// The picture as a symmetry of the square shows it.
    ///
    /// `mirrored` exchanges left and right, `flipped` top and bottom; turns are counter-clockwise.
    public func shown(_ symmetry: Match.Symmetry) -> Picture {
        switch symmetry {
        case .asIs: self
        case .turn90: turned90()
        case .turn180: turned180()
        case .turn270: turned270()
        case .mirrored: mirrored()
        case .flipped: flipped()
        case .transposed: transposed()
        case .antiTransposed: antiTransposed()
        }
    }

    /// Repeats the picture as a tile until a size is filled, starting at the upper left.
    public func tiled(width: Int, height: Int) -> Picture {
        rearranged(width: width, height: height) { x, y in (x % self.width, y % self.height) }
    }

    /// The picture with another one laid over it; what lies outside is cut off.
    public func overlaid(with other: Picture, x: Int, y: Int) -> Picture {
        var result = self
        let columns = max(0, x)..<max(0, x, min(width, x + other.width))
        guard !columns.isEmpty else { return self }
        for row in max(0, y)..<max(0, y, min(height, y + other.height)) {
            let to = (row * width + columns.lowerBound) * 3
            let from = ((row - y) * other.width + columns.lowerBound - x) * 3
            let count = columns.count * 3
            result.pixels.replaceSubrange(to..<to + count, with: other.pixels[from..<from + count])
        }
        return result
    }

    /// A picture whose pixel at (x, y) is this one's at `source(x, y)`.
    private func rearranged(
        width newWidth: Int, height newHeight: Int, _ source: (Int, Int) -> (Int, Int)
    ) -> Picture {
        let old = width
        let moved = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * 3) { room, count in
            pixels.withUnsafeBufferPointer { pixels in
                var to = 0
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        let (column, row) = source(x, y)
                        let from = (row * old + column) * 3
                        room[to] = pixels[from]
                        room[to + 1] = pixels[from + 1]
                        room[to + 2] = pixels[from + 2]
                        to += 3
                    }
                }
            }
            count = newWidth * newHeight * 3
        }
        return Picture(width: newWidth, height: newHeight, pixels: moved)
    }
}
