// Small pieces of HTML: escaping, tags and the frame that all pages of a shop share.

internal import SelvageTypes

/// Writes HTML.
enum HTMLText {
    /// Text for element content and attribute values in double quotes.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    /// `<script type="application/ld+json">` with a value that cannot end the element early.
    static func linkedData(_ value: JSONValue) -> String {
        let text = value.canonicalText.replacing("</", with: "<\\/")
        return "<script type=\"application/ld+json\">\(text)</script>"
    }

    /// `<a href="…">…</a>`.
    static func link(_ address: String, _ text: String) -> String {
        "<a href=\"\(escaped(address))\">\(escaped(text))</a>"
    }

    /// `<img …>` with alternative text.
    static func image(_ address: String, _ alternative: String, more: String = "") -> String {
        "<img src=\"\(escaped(address))\" alt=\"\(escaped(alternative))\"\(more.isEmpty ? "" : " " + more)>"
    }

    /// A whole page of a shop.
    static func page(
        _ shop: DemoShop, title: String, head: [String] = [], main: [String]
    ) -> String {
        let name = escaped(shop.name)
        let nav = [("/", "Home"), ("/about", "About")] + ShopPages.departments(of: shop)
        let items = nav.map { "<li>\(link($0.0, $0.1))</li>" }.joined()
        return """
            <!doctype html>
            <html lang="\(shop.language)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(escaped(title)) – \(name)</title>
            \(head.joined(separator: "\n"))
            <style>\(style(shop))</style>
            </head>
            <body>
            <header><a class="mark" href="/">\(image("/img/logo.png", name, more: "width=\"48\" height=\"48\"")) <b>\(name)</b></a>
            <span>\(escaped(shop.motto))</span><nav><ul>\(items)</ul></nav></header>
            <main>
            \(main.joined(separator: "\n"))
            </main>
            <footer><p>\(name). \(shop.seller.map { escaped($0.name) } ?? "Goods are sold by the sellers named on each page.")</p></footer>
            </body>
            </html>

            """
    }

    private static func style(_ shop: DemoShop) -> String {
        let tone = ["#23395b", "#2f4f3e", "#5b2333", "#4a3b52"][shop.rawValue]
        let columns = [4, 3, 4, 5][shop.rawValue]
        return """
            body{font:16px/1.5 Georgia,serif;margin:0 auto;max-width:70rem;padding:0 1rem;color:#222}\
            header{display:flex;flex-wrap:wrap;gap:1rem;align-items:center;border-bottom:2px solid \(tone);padding:.6rem 0}\
            nav ul{display:flex;gap:1rem;list-style:none;margin:0;padding:0}a{color:\(tone)}\
            .goods{display:grid;grid-template-columns:repeat(\(columns),1fr);gap:1rem;list-style:none;padding:0}\
            img{max-width:100%;height:auto}.shot{width:100%;padding-top:75%;background-size:cover}
            """
    }
}
