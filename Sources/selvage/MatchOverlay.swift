// The picture that explains a match: what was found drawn in, the licensed repeat beside, the rest.

import Imaging
import SelvageTypes

/// Draws where a picture shows an asset: three panels side by side.
///
/// The picture with the found region (red) and the lattice of the repeat (blue); the licensed image
/// as the placement lays it; the difference of both, which is dark where they agree.
struct MatchOverlay {
    /// The longest side of a panel.
    static let longestSide = 900
    /// More lines of a lattice than this would only hide the picture.
    private static let mostLines = 60

    private let picture: Picture
    private let licensed: Picture
    private let region: [Placement.Point]
    private let origin, across, down: Placement.Point

    /// - Parameter licensed: The licensed image, at any size.
    init(picture: Picture, placement: Placement, licensed: Picture) {
        let fitted = picture.fitted(longestSide: Self.longestSide)
        let zoom = Double(fitted.width) / Double(picture.width)
        func scaled(_ point: Placement.Point) -> Placement.Point {
            Placement.Point(x: point.x * zoom, y: point.y * zoom)
        }
        self.picture = fitted
        self.licensed = licensed
        region = placement.region.map(scaled)
        origin = scaled(placement.origin)
        across = scaled(placement.across)
        down = scaled(placement.down)
    }

    /// The three panels.
    var panels: Picture {
        let rendered = rendered
        let gap = 8
        var sheet = Picture(
            width: picture.width * 3 + gap * 2, height: picture.height, red: 255, green: 255,
            blue: 255)
        let all = [drawn, rendered, difference(rendered)]
        for (number, panel) in all.enumerated() {
            sheet = sheet.overlaid(with: panel, x: number * (picture.width + gap), y: 0)
        }
        return sheet
    }

    /// The picture with lattice and region.
    private var drawn: Picture {
        var result = picture
        let corners = [
            (0.0, 0.0), (Double(picture.width), 0), (0, Double(picture.height)),
            (Double(picture.width), Double(picture.height)),
        ].compactMap { cell($0.0, $0.1) }
        if let first = corners.first {
            let us = corners.map(\.u), vs = corners.map(\.v)
            let columns = (us.min() ?? first.u).rounded(.down)...(us.max() ?? first.u).rounded(.up)
            let rows = (vs.min() ?? first.v).rounded(.down)...(vs.max() ?? first.v).rounded(.up)
            let lines =
                columns.upperBound - columns.lowerBound + rows.upperBound - rows.lowerBound
            if lines <= Double(Self.mostLines) {
                for u in stride(from: columns.lowerBound, through: columns.upperBound, by: 1) {
                    line(
                        at(u, rows.lowerBound), at(u, rows.upperBound), [30, 110, 240], on: &result)
                }
                for v in stride(from: rows.lowerBound, through: rows.upperBound, by: 1) {
                    line(
                        at(columns.lowerBound, v), at(columns.upperBound, v), [30, 110, 240],
                        on: &result)
                }
            }
        }
        for (index, point) in region.enumerated() {
            line(point, region[(index + 1) % region.count], [225, 20, 40], width: 3, on: &result)
        }
        return result
    }

    /// The licensed image as the placement lays it over the whole panel.
    private var rendered: Picture {
        var result = Picture(
            width: picture.width, height: picture.height, red: 235, green: 235, blue: 235)
        for y in 0..<picture.height {
            for x in 0..<picture.width {
                guard let cell = cell(Double(x) + 0.5, Double(y) + 0.5) else { return result }
                let u = cell.u - cell.u.rounded(.down), v = cell.v - cell.v.rounded(.down)
                let column = min(licensed.width - 1, Int(u * Double(licensed.width)))
                let row = min(licensed.height - 1, Int(v * Double(licensed.height)))
                for channel in 0..<3 {
                    result.pixels[(y * picture.width + x) * 3 + channel] =
                        licensed.pixels[(row * licensed.width + column) * 3 + channel]
                }
            }
        }
        return result
    }

    private func difference(_ rendered: Picture) -> Picture {
        var result = picture
        for place in result.pixels.indices {
            let gap = Int(picture.pixels[place]) - Int(rendered.pixels[place])
            result.pixels[place] = UInt8(abs(gap))
        }
        return result
    }

    /// Where a place lies in repeats from the origin; nil for a placement without area.
    private func cell(_ x: Double, _ y: Double) -> (u: Double, v: Double)? {
        let area = across.x * down.y - across.y * down.x
        guard abs(area) > 1e-6 else { return nil }
        let dx = x - origin.x, dy = y - origin.y
        return ((dx * down.y - dy * down.x) / area, (dy * across.x - dx * across.y) / area)
    }

    private func at(_ u: Double, _ v: Double) -> Placement.Point {
        Placement.Point(
            x: origin.x + u * across.x + v * down.x, y: origin.y + u * across.y + v * down.y)
    }

    private func line(
        _ start: Placement.Point, _ end: Placement.Point, _ colour: [UInt8], width: Int = 1,
        on result: inout Picture
    ) {
        // Ends far outside, as a steep perspective gives them, are not walked to.
        let reach = 20_000.0
        guard [start.x, start.y, end.x, end.y].allSatisfy({ abs($0) < reach }) else { return }
        let steps = max(1, Int(max(abs(end.x - start.x), abs(end.y - start.y)).rounded(.up)))
        for step in 0...steps {
            let share = Double(step) / Double(steps)
            let x = Int(start.x + (end.x - start.x) * share)
            let y = Int(start.y + (end.y - start.y) * share)
            for dy in 0..<width {
                for dx in 0..<width {
                    let (column, row) = (x + dx - width / 2, y + dy - width / 2)
                    guard (0..<result.width).contains(column), (0..<result.height).contains(row)
                    else { continue }
                    let place = (row * result.width + column) * 3
                    for channel in 0..<3 { result.pixels[place + channel] = colour[channel] }
                }
            }
        }
    }
}
