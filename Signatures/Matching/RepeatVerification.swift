// The comparison pixel by pixel: how well a picture agrees with the repeat that was fitted to it.

internal import Glibc
internal import Recognition

/// What the comparison of one fit says.
struct RepeatEvidence: Sendable {
    /// Blocks that were compared.
    var blocks = 0
    /// Blocks that agree.
    var agreeing = 0
    /// The mean agreement of gradients, by contrast.
    var gradients: Float = 0
    /// The mean agreement of luma without sign, by contrast.
    var luma: Float = 0
    /// How far the best agreement stands above another place nearby.
    var margin: Float = 0
    /// The blocks that agree.
    var patches: [RepeatPatch] = []
    /// The mean length of the movements, in samples.
    var movement: Float = 0

    /// Gradients and luma in one number.
    var agreement: Float { gradients * luma }
}

/// A square of a picture that agrees with a repeat, and what of the repeat it shows.
struct RepeatPatch: Hashable, Sendable {
    /// Its middle, in the picture.
    var place: SIMD2<Float>
    /// Half of its side, in the picture's pixels.
    let half: Float
    /// What its middle shows, in cells.
    let shown: SIMD2<Float>
    /// How that moves with the picture's columns and rows, in cells for each pixel.
    let across: SIMD2<Float>
    let down: SIMD2<Float>

    /// Its corners, in the picture.
    var corners: [SIMD2<Float>] {
        [
            place + SIMD2(-half, -half), place + SIMD2(half, -half), place + SIMD2(-half, half),
            place + SIMD2(half, half),
        ]
    }
}

extension RepeatIndex.Entry {
    static let mostBlocks = 48
    static let side: Float = 20

    /// Compares the picture with the repeat around the fit's inliers.
    func evidence(
        for fit: RepeatFit, of fitter: RepeatFitter, licensed: inout RepeatLevels,
        picture: PictureLevels, coarser: Float
    ) -> RepeatEvidence {
        let scale = 1 / abs(fit.map.area).squareRoot()
        guard scale.isFinite, scale > 0 else { return RepeatEvidence() }
        // One sample is at least a pixel of the picture and one of the finest licensed luma.
        let step = coarser * max(1 / picture.zoom, scale / licensed.across)
        let places = blockPlaces(fit, of: fitter, spacing: step * Self.side, in: picture)
        let density = step / scale * licensed.across
        let level = licensed.level(
            max(0, min(RepeatLevels.count - 1, Int(log2f(max(1, density) * 1.2)))))
        let depth = max(
            0, min(picture.levels.count - 1, Int(log2f(max(1, step * picture.zoom) * 1.2))))
        let shrink = picture.zoom / Float(1 << depth)
        let blocks = places.map { place in
            let at = fit.map(place)
            let (across, down) = fit.map.movement(at: place)
            return LumaPlane.Block(
                x: place.x * shrink, y: place.y * shrink, step: step * shrink,
                u: at.x * level.across, v: at.y * level.down,
                uAcross: across.x * step * level.across, vAcross: across.y * step * level.down,
                uDown: down.x * step * level.across, vDown: down.y * step * level.down)
        }
        func patch(_ number: Int, _ agreement: LumaPlane.Agreement) -> RepeatPatch {
            let place = places[number]
            let (across, down) = fit.map.movement(at: place)
            let moved =
                across * (agreement.movedAcross * step) + down * (agreement.movedDown * step)
            return RepeatPatch(
                place: place, half: step * Self.side / 2,
                shown: (fit.map(place) + moved) / fitter.cell, across: across / fitter.cell,
                down: down / fitter.cell)
        }
        func compared(_ part: Range<Int>) -> [LumaPlane.Agreement] {
            picture.levels[depth].agreement(
                of: Array(blocks[part]), with: level.plane,
                reach: coarser > 2 ? 2 : coarser > 1 ? 3 : 4)
        }
        let first = min(Self.firstBlocks, blocks.count)
        var agreements = compared(0..<first)
        let glance = summed(agreements, patch)
        guard glance.agreement >= Self.leastAgreement, first < blocks.count else {
            return glance
        }
        agreements += compared(first..<blocks.count)
        return summed(agreements, patch)
    }

    /// How many blocks are compared at first, and the product of gradients and luma below which the
    /// others are left out: of 1,259 pictures whose pattern was found, none agreed by less than 0.38.
    private static var firstBlocks: Int { 16 }
    private static var leastAgreement: Float { 0.2 }

    /// Where blocks are compared: on a grid, near inliers.
    private func blockPlaces(
        _ fit: RepeatFit, of fitter: RepeatFitter, spacing: Float, in picture: PictureLevels
    ) -> [SIMD2<Float>] {
        var near: Set<SIMD2<Int32>> = []
        for place in fit.inliers {
            let p = fitter.found[place] / spacing
            let (column, row) = (Int32(floorf(p.x)), Int32(floorf(p.y)))
            for dy: Int32 in -1...1 {
                for dx: Int32 in -1...1 { near.insert(SIMD2(column + dx, row + dy)) }
            }
        }
        let half = spacing / 2
        let all = near.sorted { ($0.y, $0.x) < ($1.y, $1.x) }.map {
            SIMD2(Float($0.x) * spacing + half, Float($0.y) * spacing + half)
        }.filter {
            $0.x >= half && $0.y >= half && $0.x <= picture.width - half
                && $0.y <= picture.height - half
        }
        let count = min(all.count, Self.mostBlocks)
        // Every third first, so that the first ones lie everywhere.
        let order = (0..<3).flatMap { Array(stride(from: $0, to: count, by: 3)) }
        return order.map { all[$0 * all.count / count] }
    }

    private func summed(
        _ agreements: [LumaPlane.Agreement], _ patch: (Int, LumaPlane.Agreement) -> RepeatPatch
    ) -> RepeatEvidence {
        var result = RepeatEvidence()
        var total: Float = 1e-6
        for (number, one) in agreements.enumerated() where one.licensedContrast > 4 {
            let weight = min(one.licensedContrast, 40)
            total += weight
            result.blocks += 1
            result.gradients += weight * one.gradients
            result.luma += weight * abs(one.luma)
            result.margin += weight * (one.gradients - max(0, one.rival))
            result.movement +=
                weight
                * (one.movedAcross * one.movedAcross + one.movedDown * one.movedDown).squareRoot()
            if one.gradients > 0.45 {
                result.agreeing += 1
                result.patches.append(patch(number, one))
            }
        }
        result.gradients /= total
        result.luma /= total
        result.margin /= total
        result.movement /= total
        return result
    }
}

/// A picture's luma at falling sizes.
struct PictureLevels: Sendable {
    let levels: [LumaPlane]
    /// Columns of the first level for each column of the picture.
    let zoom: Float
    let width: Float
    let height: Float

    /// The levels of a picture of a size, from its luma.
    init(_ luma: LumaPlane, width: Float, height: Float) {
        let half = luma.halved
        levels = [luma, half, half.halved]
        zoom = Float(luma.width) / width
        self.width = width
        self.height = height
    }
}
