// From a shop's lots to its products, each with pictures of its own.

internal import SelvageTypes

/// Makes a shop's products, deterministically.
struct StockMaker {
    let shop: DemoShop
    private var random: SplitMix
    private var number = 0
    private var treatment: Int

    init(_ shop: DemoShop) {
        self.shop = shop
        random = SplitMix(naming: "stock of \(shop.name)")
        treatment = shop.rawValue * 2
    }

    /// All products of the shop's lots, dealt out evenly so that no listing page is all of one kind.
    static func stock(of shop: DemoShop) -> [DemoProduct] {
        var maker = StockMaker(shop)
        var piles = shop.lots.map { lot in (0..<lot.count).map { maker.product(lot, $0) } }
        var dealt: [DemoProduct] = []
        while piles.contains(where: { !$0.isEmpty }) {
            for index in piles.indices where !piles[index].isEmpty {
                dealt.append(piles[index].removeFirst())
            }
        }
        return dealt
    }

    private mutating func product(_ lot: DemoLot, _ index: Int) -> DemoProduct {
        number += 1
        let goods = lot.goods[index % lot.goods.count]
        let subject = subject(of: lot.design, index)
        let name = title(of: lot.design, index)
        let slug = "\(name) \(goods.rawValue) \(number)".lowercased().replacing(" ", with: "-")
        let cents = 1190 + random.below(60) * 100
        let pictures = pictures(subject, goods, slug: slug)
        return DemoProduct(
            path: "\(shop.productFolder)/\(slug)", title: "\(name) \(goods.title)",
            category: goods.category, brand: lot.brand,
            sku: "\(shop.skuPrefix)-\(1000 + number)", gtin: lot.brand.map { _ in gtin(number) },
            price: "\(cents / 100).\(cents % 100)", seller: lot.sellers[index % lot.sellers.count],
            images: pictures.images, alternates: pictures.alternates, use: lot.use)
    }

    private mutating func subject(of design: DemoLot.Design, _ index: Int) -> DemoImage.Subject {
        switch design {
        case .licensed(let names): return .pattern(names[index % names.count])
        case .lookalike:
            let all = DemoPattern.collection
            let place = (index * 5 + shop.rawValue * 7) % all.count
            return .lookalike(all[place].name, number: shop.rawValue % 2)
        case .plain:
            return .plain(
                random.pick([0xb5654a, 0x7d8f69, 0x3f5d73, 0xd8c3a5, 0x8e6c8a, 0xc9b037, 0x5a6650]))
        }
    }

    /// Shops rename what they sell; only the licensee and its retailers use the studio's titles.
    private mutating func title(of design: DemoLot.Design, _ index: Int) -> String {
        let own = [
            "Avon", "Bramley", "Cove", "Darnley", "Elsden", "Farne", "Glen", "Hollin", "Iver",
            "Jura",
        ]
        switch design {
        case .licensed(let names) where shop == .loomworks || shop == .harbourAndHale:
            let name = names[index % names.count]
            return DemoPattern.collection.first { $0.name == name }?.title ?? name
        case .licensed: return random.pick(own) + " print"
        case .lookalike: return random.pick(own) + " pattern"
        case .plain: return random.pick(own) + " plain"
        }
    }

    /// A GTIN-13 of Loomworks' company prefix.
    private func gtin(_ number: Int) -> String {
        let body = "4012345" + String(10000 + shop.rawValue * 1000 + number)
        var sum = 0
        for (index, digit) in body.utf8.enumerated() {
            sum += Int(digit - 0x30) * (index.isMultiple(of: 2) ? 1 : 3)
        }
        return body + String((10 - sum % 10) % 10)
    }
}

extension StockMaker {
    private mutating func pictures(
        _ subject: DemoImage.Subject, _ goods: DemoGoods, slug: String
    ) -> (images: [DemoImage], alternates: [DemoImage]) {
        let scene = DemoImage.Treatment.scene(
            goods.scene, seed: random.next(), side: 400 + random.below(7) * 20)
        let lossy = storage(quality: 70 + random.below(20))
        let second = image("\(slug)-in-use", subject, scene, lossy)
        var images: [DemoImage] = []
        switch subject {
        case .pattern:
            treatment += 1
            // Every ninth product shows its pattern only in parts and in use.
            if treatment % 9 != 8 { images.append(whole(subject, slug)) }
            images += [second, part(subject, slug)]
        case .lookalike:
            let side = 260 + random.below(12) * 20
            images.append(image("\(slug)-design", subject, .whole(side: side), lossy))
            images += [
                second,
                image(
                    "\(slug)-detail", subject,
                    .cropped(x: random.below(120), y: random.below(120), side: 220),
                    storage(quality: 80)),
            ]
        case .plain:
            let other = DemoImage.Treatment.scene(goods.scene, seed: random.next(), side: 340)
            images += [image("\(slug)-front", subject, other, storage(quality: 85)), second]
        }
        return (images, [alternate(of: second, slug: slug)])
    }

    private func alternate(of image: DemoImage, slug: String) -> DemoImage {
        var other = image
        if case .scene(let scene, let seed, _) = image.treatment, shop == .loomworks {
            other.treatment = .scene(scene, seed: seed, side: 240)
            other.path = "\(shop.imageFolder)/\(slug)-in-use-240.\(image.storage.fileExtension)"
        } else {
            other.storage = .init(
                format: image.storage.format == .webp ? .jpeg : .webp, quality: 78)
            other.path = "\(shop.imageFolder)/\(slug)-in-use-alt.\(other.storage.fileExtension)"
        }
        return other
    }

    /// The whole tile in one of the ways that a hash of the whole picture survives.
    private mutating func whole(_ subject: DemoImage.Subject, _ slug: String) -> DemoImage {
        let side = 280 + random.below(10) * 20
        let quality = 40 + random.below(10) * 5
        let name = "\(slug)-swatch"
        switch treatment % 7 {
        case 0: return image(name, subject, .whole(side: 512), .png)
        case 1: return image(name, subject, .whole(side: side), .png)
        case 2:
            return image(name, subject, .whole(side: 512), .init(format: .jpeg, quality: quality))
        case 3: return image(name, subject, .mirrored(side: 512), storage(quality: 85))
        case 4:
            return image(name, subject, .whole(side: 512), .init(format: .webp, quality: quality))
        case 5:
            return image(
                name, subject, .turned(side: side + 100, quarters: 1 + 2 * random.below(2)),
                storage(quality: 80))
        default:
            return image(name, subject, .whole(side: side + 320), .init(format: .jpeg, quality: 88))
        }
    }

    /// The pattern as it is cut up, laid again or recoloured.
    private mutating func part(_ subject: DemoImage.Subject, _ slug: String) -> DemoImage {
        let name = "\(slug)-detail"
        switch treatment % 4 {
        case 0:
            let side = 220 + random.below(9) * 20
            let crop = DemoImage.Treatment.cropped(
                x: random.below(512 - side), y: random.below(512 - side), side: side)
            return image(name, subject, crop, storage(quality: 82))
        case 1:
            return image(
                name, subject,
                .retiled(count: 2, halfDrop: false, side: 440 + 20 * random.below(6)),
                storage(quality: 80))
        case 2:
            return image(
                name, subject, .retiled(count: 3, halfDrop: true, side: 480 + 30 * random.below(5)),
                storage(quality: 75))
        default:
            return image(
                name, subject,
                .recoloured(
                    tint: random.pick([0x9c2f4b, 0x2f5d9c, 0x3b7a3a, 0x8a6a1f]),
                    side: 360 + 20 * random.below(6)), storage(quality: 84))
        }
    }

    private mutating func storage(quality: Int) -> DemoImage.Storage {
        let format = random.pick([ImageFormat.jpeg, .jpeg, .jpeg, .webp, .png])
        return format == .png ? .png : .init(format: format, quality: quality)
    }

    private func image(
        _ name: String, _ subject: DemoImage.Subject, _ treatment: DemoImage.Treatment,
        _ storage: DemoImage.Storage
    ) -> DemoImage {
        DemoImage(
            path: "\(shop.imageFolder)/\(name).\(storage.fileExtension)", subject: subject,
            treatment: treatment, storage: storage)
    }
}
