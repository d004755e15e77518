// What a marked picture is put through before it leaves: JPEG, half the size, a quarter of the area.

internal import Foundation
internal import SelvageTypes

/// A handling that a mark is tried against before its strength is settled.
public enum SimulatedHandling: String, Hashable, Sendable, Codable, CaseIterable {
    /// Quantised as JPEG of quality 50 does, with chroma at half the size.
    case jpeg50
    /// Reduced to half the width and height.
    case halfSize
    /// Cut to a quarter of the area.
    case quarterCrop

    /// The picture after the handling.
    func applied(to picture: Picture) -> Picture {
        switch self {
        case .jpeg50: JPEGSimulation.quality50.applied(to: picture)
        case .halfSize: picture.halved()
        case .quarterCrop:
            picture.cut(
                PixelWindow(
                    left: picture.width / 3, top: picture.height / 5,
                    width: max(1, picture.width / 2), height: max(1, picture.height / 2)))
        }
    }
}

extension Picture {
    /// Every pixel the mean of two by two.
    func halved() -> Picture {
        let wide = max(1, width / 2), high = max(1, height / 2)
        var small = [UInt8](repeating: 0, count: wide * high * 3)
        for y in 0..<high {
            let lower = min(2 * y + 1, height - 1)
            for x in 0..<wide {
                let right = min(2 * x + 1, width - 1)
                let upper = 2 * y * width, under = lower * width
                let corners = [upper + 2 * x, upper + right, under + 2 * x, under + right]
                for channel in 0..<3 {
                    let sum = corners.reduce(0) { $0 + Int(pixels[$1 * 3 + channel]) }
                    small[(y * wide + x) * 3 + channel] = UInt8((sum + 2) / 4)
                }
            }
        }
        return Picture(width: wide, height: high, pixels: small)
    }

    /// A window of the picture.
    func cut(_ window: PixelWindow) -> Picture {
        var cut: [UInt8] = []
        cut.reserveCapacity(window.width * window.height * 3)
        for y in window.top..<window.top + window.height {
            let first = (y * width + window.left) * 3
            cut += pixels[first..<first + window.width * 3]
        }
        return Picture(width: window.width, height: window.height, pixels: cut)
    }
}
