// The looks that are taken at a picture, and what each of them finds.

internal import Recognition
internal import SelvageTypes

/// A look at a picture; they are taken in this order while nothing is certain.
///
/// The two looks at colours are for rose on sky blue: where colours differ and luma does not, they
/// stand for luma. Few pictures hide colours so, and only these are looked at again.
enum RepeatLook: CaseIterable {
    case whole, middle, colours, coloursOfMiddle

    /// What its steps are called.
    fileprivate var prefix: String {
        switch self {
        case .whole: ""
        case .middle: "closer: "
        case .colours: "colours: "
        case .coloursOfMiddle: "closer, colours: "
        }
    }
}

extension RepeatRecogniser {
    /// The repeats that one look at a picture finds, the strongest first; weak ones are among them.
    ///
    /// - Returns: Matches with their places in the whole picture; none where it is too small for this
    ///   look or hides no colours.
    func matches(in picture: Picture, look: RepeatLook, steps: inout [Step]) -> [RepeatMatch] {
        let middle: CloserLook?
        switch look {
        case .whole, .colours: middle = nil
        case .middle, .coloursOfMiddle:
            guard let cut = CloserLook(at: picture) else { return [] }
            middle = cut
        }
        let shown = middle?.picture ?? picture
        let showsColours = look == .colours || look == .coloursOfMiddle
        guard !showsColours || LocalFeatures.hidesColours(shown) else { return [] }
        var taken: [Step] = []
        let found = matches(
            in: shown,
            pixels: middle == nil ? LocalFeatures.workingPixels : CloserLook.workingPixels,
            showsColours: showsColours, steps: &taken)
        steps += taken.map { Step(name: look.prefix + $0.name, time: $0.time) }
        return middle.map { found.map($0.inWhole) } ?? found
    }
}
