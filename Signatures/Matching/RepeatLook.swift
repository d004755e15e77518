// The looks that are taken at a picture, and what each of them finds.

internal import Recognition
internal import SelvageTypes

/// A look at a picture; they are taken in this order while nothing is certain.
///
/// The two looks at colours are for rose on sky blue: where colours differ and luma does not, they
/// stand for luma. Few pictures hide colours so, and only these are looked at again.
enum RepeatLook: CaseIterable {
    case whole, part, colours, coloursOfPart

    /// Whether it is a look at a part alone.
    var isCloser: Bool { self == .part || self == .coloursOfPart }

    /// What its steps are called.
    fileprivate var prefix: String {
        switch self {
        case .whole: ""
        case .part: "closer: "
        case .colours: "colours: "
        case .coloursOfPart: "closer, colours: "
        }
    }
}

extension RepeatRecogniser {
    /// The repeats that one look at a picture finds, the strongest first; weak ones are among them.
    ///
    /// - Parameter glance: What the look at the whole picture saw, which that sets and which tells the others
    ///   where to look closer.
    /// - Returns: Matches with their places in the whole picture; none where it is too small for this
    ///   look or hides no colours.
    func matches(
        in picture: Picture, look: RepeatLook, after glance: inout RepeatGlance?,
        steps: inout [Step]
    ) -> [RepeatMatch] {
        var watch = Stopwatch()
        let part: CloserLook?
        switch look {
        case .whole, .colours: part = nil
        case .part, .coloursOfPart:
            let place = glance.map(index.likeliestPlace) ?? .middle
            guard let cut = CloserLook(at: picture, place) else { return [] }
            watch.note(.place)
            part = cut
        }
        let shown = part?.picture ?? picture
        let showsColours = look == .colours || look == .coloursOfPart
        guard !showsColours || LocalFeatures.hidesColours(shown) else { return [] }
        var taken: [Step] = []
        let found = matches(
            in: shown,
            pixels: part == nil ? LocalFeatures.workingPixels : CloserLook.workingPixels,
            showsColours: showsColours, steps: &taken)
        if look == .whole { glance = found.glance }
        steps += (watch.steps + taken).map { Step(name: look.prefix + $0.name, time: $0.time) }
        return part.map { found.matches.map($0.inWhole) } ?? found.matches
    }
}
