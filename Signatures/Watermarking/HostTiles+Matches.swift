// From what recognition says about a picture to where its marks' tiles lie.

public import SelvageTypes

extension HostTiles {
    /// The tiles of the assets that were recognised in a picture, or that came near to it.
    ///
    /// - Parameters:
    ///   - matches: The likeliest first; parts of an asset and assets without tiles say nothing.
    ///   - tiles: How a mark lies on the file of an asset, by its id.
    public static func of(
        _ matches: some Sequence<Match>, in picture: Picture,
        tiles: (String) -> AssetSeal.MarkTiles?
    ) -> [HostTiles] {
        var found: [HostTiles] = []
        for match in matches where match.component == nil {
            guard let counts = tiles(match.asset), let edges = edges(of: match, in: picture),
                let one = HostTiles(counts, across: edges.across, down: edges.down),
                !found.contains(one)
            else { continue }
            found.append(one)
            if found.count == most { break }
        }
        return found
    }

    /// The movements along the upper and the left edge of the licensed file, in pixels of a picture.
    private static func edges(
        of match: Match, in picture: Picture
    ) -> (across: SIMD2<Double>, down: SIMD2<Double>)? {
        if let placement = match.placement {
            return (
                SIMD2(placement.across.x, placement.across.y),
                SIMD2(placement.down.x, placement.down.y)
            )
        }
        let right = SIMD2(Double(picture.width), 0), lower = SIMD2(0, Double(picture.height))
        // What the whole picture shows, it shows from edge to edge.
        return switch match.symmetry {
        case .asIs: (right, lower)
        case .turn90: (-lower, right)
        case .turn180: (-right, -lower)
        case .turn270: (lower, -right)
        case .mirrored: (-right, lower)
        case .flipped: (right, -lower)
        case .transposed: (lower, right)
        case .antiTransposed: (-lower, -right)
        case nil: nil
        }
    }
}
