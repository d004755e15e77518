// The console's one stylesheet: calm tables, light and dark, from 320 px upwards.

/// The console's one stylesheet, served from its own origin.
enum Stylesheet {
    static let text = palette + layout + tables + details

    private static let palette = """
        :root {
          color-scheme: light dark;
          --page: #f6f6f3; --card: #ffffff; --ink: #1d2327; --soft: #565f66; --line: #dcddd8;
          --link: #1f4f82; --focus: #1f6feb; --wash: #eeeeea;
          --red: #8f1d1d; --red-wash: #fbe9e7; --amber: #744600; --amber-wash: #fcf0d6;
          --blue: #1c4a7d; --blue-wash: #e6eff9; --green: #1d5a33; --green-wash: #e5f3e9;
          --grey: #454d55; --grey-wash: #e9ebed;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #14171a; --card: #1c2024; --ink: #e6e8ea; --soft: #a3abb2; --line: #343a40;
            --link: #93bdf0; --focus: #6cb0ff; --wash: #262b30;
            --red: #ffb3ab; --red-wash: #43201e; --amber: #f3cf86; --amber-wash: #3d2f12;
            --blue: #a8ccf5; --blue-wash: #1d3147; --green: #a3dcb5; --green-wash: #1a3524;
            --grey: #c6ccd2; --grey-wash: #2e343a;
          }
        }

        """

    private static let layout = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--page); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
            "Noto Sans", "Liberation Sans", sans-serif;
        }
        a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px; }
        a:hover { text-decoration-thickness: 2px; }
        :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .25rem .5rem; }
        .bar { background: var(--card); border-bottom: 1px solid var(--line); }
        .bar > div {
          max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; display: flex; flex-wrap: wrap;
          align-items: center; column-gap: 2rem;
        }
        .brand { font-weight: 650; letter-spacing: .01em; padding: .8rem 0; }
        nav ul { display: flex; flex-wrap: wrap; gap: 1.5rem; list-style: none; margin: 0; padding: 0; }
        nav a {
          display: block; padding: .8rem 0; color: var(--soft); text-decoration: none;
          border-bottom: 2px solid transparent;
        }
        nav a:hover { color: var(--ink); }
        nav a[aria-current] { color: var(--ink); border-bottom-color: var(--ink); }
        main { max-width: 76rem; margin: 0 auto; padding: 1.75rem 1.25rem 4rem; }
        h1 { font-size: 1.55rem; line-height: 1.25; font-weight: 650; margin: 0 0 .25rem; }
        h2 { font-size: 1.02rem; font-weight: 650; margin: 0 0 .75rem; }
        p { margin: 0 0 .75rem; max-width: 70ch; }
        .soft { color: var(--soft); }
        .small { font-size: .87rem; }
        .num { font-variant-numeric: tabular-nums; }
        .code { font: .86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
        .any { overflow-wrap: anywhere; }
        .card {
          background: var(--card); border: 1px solid var(--line); border-radius: 8px;
          padding: 1.15rem 1.25rem; margin: 0 0 1.25rem; min-width: 0;
        }
        .chip {
          display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-size: .83rem;
          font-weight: 600; line-height: 1.55; white-space: nowrap;
          color: var(--grey); background: var(--grey-wash);
        }
        .chip.red { color: var(--red); background: var(--red-wash); }
        .chip.amber { color: var(--amber); background: var(--amber-wash); }
        .chip.blue { color: var(--blue); background: var(--blue-wash); }
        .chip.green { color: var(--green); background: var(--green-wash); }
        .filters { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 0; padding: 0; }
        .filters a {
          display: flex; gap: .5rem; padding: .3rem .75rem; border: 1px solid var(--line);
          border-radius: 1rem; background: var(--card); color: var(--ink); text-decoration: none;
          font-size: .9rem;
        }
        .filters a:hover { border-color: var(--soft); }
        .filters a[aria-current] { background: var(--ink); border-color: var(--ink); color: var(--page); }
        .filters a[aria-current] span { color: inherit; }
        .filters span { color: var(--soft); font-variant-numeric: tabular-nums; }
        form.search { display: flex; gap: .5rem; flex: 1 1 16rem; max-width: 26rem; }
        input[type=search] {
          flex: 1; min-width: 0; font: inherit; padding: .35rem .7rem; border-radius: 6px;
          border: 1px solid var(--soft); background: var(--card); color: var(--ink);
        }
        button, .button {
          font: inherit; font-weight: 550; padding: .35rem .9rem; border-radius: 6px; cursor: pointer;
          border: 1px solid var(--soft); background: var(--card); color: var(--ink);
          text-decoration: none; display: inline-block;
        }
        button:hover, .button:hover { background: var(--wash); }
        .tools { display: flex; flex-wrap: wrap; gap: .9rem 1.5rem; align-items: center;
          justify-content: space-between; margin: 1.1rem 0 1rem; }
        .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 1.25rem;
          align-items: start; }
        .columns > .wide { grid-column: 1 / -1; }

        """

    private static let tables = """
        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-size: .93rem; }
        caption { text-align: left; color: var(--soft); font-size: .87rem; padding-bottom: .5rem; }
        th { text-align: left; font-weight: 600; font-size: .84rem; color: var(--soft); }
        th, td { padding: .6rem 1.1rem .6rem 0; border-bottom: 1px solid var(--line);
          vertical-align: top; overflow-wrap: anywhere; }
        th { overflow-wrap: normal; white-space: nowrap; }
        tbody tr:last-child > * { border-bottom: 0; }
        th:last-child, td:last-child { padding-right: 0; }
        td.count, th.count { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        table.findings { background: var(--card); }
        .findings td:nth-child(2) { min-width: 11rem; }
        .findings a { font-weight: 550; }
        .nowrap, td.num { white-space: nowrap; }
        td.site { min-width: 11rem; }
        td .any { font-size: .92em; }
        table + .note { margin-top: .9rem; }
        table.findings th { padding-top: 0; }
        .reasons { list-style: none; margin: 0; padding: 0; }
        .reasons li { display: flex; gap: .6rem; padding: .2rem 0; }
        .reasons b { min-width: 4em; text-align: right; font-weight: 600;
          font-variant-numeric: tabular-nums; }
        .pages { display: flex; gap: 1rem; align-items: center; margin-top: 1rem; }
        @media (max-width: 46rem) {
          main { padding: 1.25rem .9rem 3rem; }
          .bar > div { padding: 0 .9rem; }
          .brand { padding: .7rem 0 0; flex-basis: 100%; }
          nav a { padding: .45rem 0 .6rem; }
          .card { padding: 1rem .95rem; }
          table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
            clip-path: inset(50%); }
          table.stack, .stack tbody, .stack tr, .stack td, .stack caption { display: block; }
          .stack tr { padding: .7rem 0; border-bottom: 1px solid var(--line); }
          .stack tr:last-child { border-bottom: 0; }
          .stack td { border: 0; padding: .12rem 0; display: grid;
            grid-template-columns: 7.2rem minmax(0, 1fr); gap: .6rem; text-align: left; }
          .stack td.count, .stack td.num { text-align: left; white-space: normal; }
          .stack td::before { content: attr(data-label); color: var(--soft); font-size: .84rem; }
          .stack td > * { grid-column: 2; }
          .chip { justify-self: start; }
          .columns { grid-template-columns: minmax(0, 1fr); }
          form.search { max-width: none; flex-basis: 100%; }
        }

        """

    private static let details = """
        .title { display: flex; flex-wrap: wrap; gap: .4rem .9rem; align-items: center; margin: .6rem 0 .2rem; }
        .title h1 { margin: 0; }
        .pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.25rem; }
        figure { margin: 0; min-width: 0; }
        .frame { background: var(--wash); border: 1px solid var(--line); border-radius: 6px;
          height: 22rem; display: flex; align-items: center; justify-content: center; overflow: hidden;
          color: var(--soft); font-size: .87rem; text-align: center; padding: .5rem; }
        .frame img { max-width: 100%; max-height: 100%; object-fit: contain; }
        figcaption { padding-top: .55rem; font-size: .87rem; color: var(--soft); overflow-wrap: anywhere; }
        figcaption b { color: var(--ink); }
        dl { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr); gap: .45rem 1rem; margin: 0; }
        dt { color: var(--soft); font-size: .9rem; }
        dd { margin: 0; overflow-wrap: anywhere; }
        .why { font-size: 1.03rem; }
        .note { border-left: 3px solid var(--soft); padding-left: .75rem; }
        @media (max-width: 46rem) {
          .pair { grid-template-columns: minmax(0, 1fr); gap: .9rem; }
          .frame { height: 15rem; }
          dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
          dd { padding-bottom: .55rem; }
        }

        """
}
