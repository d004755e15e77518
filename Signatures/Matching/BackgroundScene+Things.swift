// Scenes of things: branches, rooms, lights, pages of text, pages of pictures.

extension BackgroundScene {
    /// Trees that fork until their twigs bear leaves.
    static func branches(_ canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        if dice.happens(0.5) { horizon(&canvas, &dice) } else { noiseField(&canvas, &dice) }
        if dice.happens(0.7) { canvas.blur(radius: dice.between(2, 6)) }
        let bark = BackgroundInk.hsl(dice.between(0.02, 0.12), dice.between(0, 0.5), 0.2)
        let leaf = BackgroundInk.hsl(dice.between(0, 0.4), dice.between(0.2, 0.9), 0.4)
        let leafSize = dice.happens(0.7) ? dice.between(2, 9) : 0
        let (fork, shrink) = (dice.between(0.04, 0.12), dice.between(0.68, 0.82))
        for _ in 0..<dice.whole(2, 4) {
            let x = dice.between(0, Double(canvas.width))
            var open = [(x, Double(canvas.height), -0.25, dice.between(70, 150), 7.0)]
            var left = 500
            while let (x, y, turn, length, half) = open.popLast(), left > 0 {
                left -= 1
                let (dx, dy) = (
                    length * BackgroundMath.cosine(turn), length * BackgroundMath.sine(turn)
                )
                canvas.stroke(from: (x, y), to: (x + dx, y + dy), half: half, bark)
                guard length > 9 else {
                    let end = (x + dx, y + dy)
                    let shade = leaf * Float(dice.between(0.6, 1.4))
                    if leafSize > 0 { canvas.stroke(from: (x, y), to: end, half: leafSize, shade) }
                    continue
                }
                for side in [-1.0, 1.0] {
                    open.append(
                        (
                            x + dx, y + dy, turn + side * fork * dice.between(0.3, 1.7),
                            length * shrink * dice.between(0.8, 1.15), max(0.5, half * 0.66)
                        ))
                }
            }
        }
    }

    /// A room: a papered wall, a floor, furniture and cushions of plain patterns.
    static func interior(_ canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        let inks = BackgroundInks(&dice)
        let wall = dice.happens(0.5) ? PlainPattern.plaster : dice.pick(PlainPattern.allCases)
        canvas.cover(with: wall, cells: 30...120, inks: inks, &dice)
        let horizon = Int(Double(canvas.height) * dice.between(0.6, 0.85))
        var floor = BackgroundCanvas(width: canvas.width, height: canvas.height - horizon)
        floor.cover(
            with: dice.pick([.planks, .wallTiles, .parquet, .plaster, .linen, .marble]),
            cells: 40...160, inks: BackgroundInks(&dice), &dice)
        canvas.lay(floor, left: 0, top: horizon)
        for _ in 0..<dice.whole(3, 9) {
            let (wide, high) = (dice.whole(50, 260), dice.whole(40, 220))
            var thing = BackgroundCanvas(width: wide, height: high)
            let surface: PlainPattern =
                dice.happens(0.5)
                ? dice.pick(PlainPattern.allCases) : dice.pick([.linen, .plaster, .woodGrain])
            thing.cover(with: surface, cells: 12...90, inks: BackgroundInks(&dice), &dice)
            thing.shade(&dice)
            canvas.stand(
                thing, left: dice.whole(-40, canvas.width - 60),
                top: dice.whole(horizon / 3, canvas.height - 60), corner: dice.between(0, 0.5))
        }
    }

    /// Out-of-focus lights on a dark ground.
    static func lights(_ canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        noiseField(&canvas, &dice)
        canvas.blur(radius: 6)
        let dim = Float(dice.between(0.15, 0.6))
        canvas.repaint { _, _, before in before * dim }
        let hue = dice.unit()
        for _ in 0..<dice.whole(30, 140) {
            let radius = dice.spread(4, 50)
            let (x, y) = (
                dice.between(0, Double(canvas.width)), dice.between(0, Double(canvas.height))
            )
            let ink = BackgroundInk.hsl(
                hue + dice.between(-0.15, 0.15), 0.8, dice.between(0.4, 0.8))
            let strength = Float(dice.between(0.15, 0.8))
            canvas.repaint(
                columns: Int(x - radius) - 2...Int(x + radius) + 2,
                rows: Int(y - radius) - 2...Int(y + radius) + 2
            ) { column, row, before in
                let distance = BackgroundMath.length(Double(column) - x, Double(row) - y)
                let share = BackgroundMath.cover(distance - radius, 2)
                return before + ink * (share * strength)
            }
        }
    }

    /// A page of paragraphs with headings, and sometimes a picture.
    static func textPage(_ canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        let dark = dice.happens(0.2)
        let paper = BackgroundInk.hsl(dice.unit(), dice.between(0, 0.3), dark ? 0.12 : 0.96)
        let ink = BackgroundInk.hsl(dice.unit(), dice.between(0, 0.5), dark ? 0.85 : 0.12)
        canvas.repaint { _, _, _ in paper }
        let columns = dice.whole(1, 3)
        let margin = dice.whole(14, 50)
        let wide = (canvas.width - margin * (columns + 1)) / columns
        let size = dice.between(5, 15)
        for column in 0..<columns {
            let left = margin + column * (wide + margin)
            var top = Double(margin)
            while top < Double(canvas.height - margin) {
                let heading = dice.happens(0.12)
                let lines = heading ? 1 : dice.whole(2, 9)
                if dice.happens(0.12), wide > 90 {
                    var picture = BackgroundCanvas(width: wide, height: wide * 2 / 3)
                    noiseField(&picture, &dice)
                    canvas.lay(picture, left: left, top: Int(top))
                    top += Double(wide) * 0.72
                }
                for line in 0..<lines {
                    let share = line == lines - 1 ? dice.between(0.2, 1) : 1
                    canvas.write(
                        left: Double(left), top: top, width: Double(wide) * share,
                        size: heading ? size * 1.8 : size, ink, &dice)
                    top += (heading ? 3.2 : 1.8) * size
                }
                top += size
            }
        }
    }

    /// A page of cards, each with a picture of another kind and a line of text.
    static func collage(_ canvas: inout BackgroundCanvas, _ dice: inout BackgroundDice) {
        let paper = BackgroundInk.hsl(dice.unit(), 0.1, dice.happens(0.85) ? 0.97 : 0.15)
        canvas.repaint { _, _, _ in paper }
        let (columns, rows) = (dice.whole(2, 4), dice.whole(2, 4))
        let gap = dice.whole(2, 26)
        let text = dice.happens(0.6) ? dice.whole(14, 36) : 0
        let wide = max(40, (canvas.width - gap * (columns + 1)) / columns)
        let high = max(40, (canvas.height - gap * (rows + 1)) / rows - text)
        let others = BackgroundScene.allCases.filter { $0 != .collage && $0 != .textPage }
        for place in 0..<columns * rows {
            let (left, top) = (
                gap + place % columns * (wide + gap), gap + place / columns * (high + text + gap)
            )
            var card = BackgroundCanvas(width: wide, height: high)
            if dice.happens(0.5) {
                card.cover(
                    with: dice.pick(PlainPattern.allCases), cells: 14...120,
                    inks: BackgroundInks(&dice), &dice)
                if dice.happens(0.3) { card.shade(&dice) }
            } else {
                dice.pick(others).draw(on: &card, &dice)
            }
            canvas.lay(card, left: left, top: top)
            guard text > 0 else { continue }
            canvas.write(
                left: Double(left), top: Double(top + high) + 5, width: Double(wide) * 0.7, size: 7,
                BackgroundInk(repeating: paper.x > 0.5 ? 0.2 : 0.9), &dice)
        }
    }
}
