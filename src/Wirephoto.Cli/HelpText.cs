namespace Wirephoto.Cli;

/// <summary>The help, written to be the only manual.</summary>
static class HelpText
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Program = """
        wirephoto: put, get and list images on a Wirephoto server

        Usage:
          wirephoto HOST PORT REQUEST...          wirephoto localhost 5000 put cat.jpg list
          wirephoto wirephoto://HOST[:PORT] REQUEST...             (port 5000 when left out)
          wirephoto wirephotos://HOST[:PORT] REQUEST...            inside TLS
          wirephoto REQUEST...                    with the server in WIREPHOTO_SERVER
          wirephoto HOST PORT                     interactive session on a terminal

        Requests, in upper or lower case; several in one line run in order on one connection:
          put FILE...      store files; patterns (*.jpg, shoot/**/*.png) work where the shell has none,
                           folders with --recursive. Nothing is ever overwritten: a file that is stored
                           already with the same bytes counts as done, so a put can simply be repeated.
                           A file gets the last part of its path as its name.
          get NAME...      fetch images into the current folder; 'folder/' fetches all that is below it,
                           '/' everything. Existing local files are never touched: one that holds the
                           same bytes counts as done, so a get can simply be repeated, any other fails.
          list [FOLDER]    names, one per line; folders end with '/'. --long, --recursive
          stat NAME...     size, dimensions, digest and dates of images
          have FILE...     whether the server has these very bytes, and under which names (16 at most)
          delete NAME...   remove images (if the server lets you)
          status           how the server does and who is connected
          say TEXT         send a text, which the server acknowledges

          A word that equals a request begins the next one: 'list put' is two requests. What is named
          like a request or begins with '-' goes after '--' (put -- list), or is written ./list.

        Options:
          -r, --recursive      put: folders and all below them, as 'cp -r' names them (put shoot -r stores
                               shoot/...; put . -r stores what is in the current folder). Hidden files,
                               links, and what is no image are skipped, which is said. have: the same,
                               but files of every type are asked for. list: all folders below
              --as NAME        the name to store or save the one file under; put --as folder/ stores all
                               files in that folder of the server
              --to DIR         get: the local folder to write to (made when missing)
          -j, --jobs N         connections that transfer at the same time, 1-64 (default 1, on which
                               small files already follow each other without waiting)
              --retry N        how often in a row, with nothing done in between, a lost connection is made
                               again, with growing pauses of 10 s at most (default 15, which is about a
                               minute; 0: never). The first connection is tried once. Transfers go on
                               where they stopped, in a later run as well
              --tls            inside TLS, as with wirephotos://; the certificate must be for HOST and
                               from an authority that this machine trusts, or
              --ca FILE        from one whose certificate is in this PEM file, or
              --pin FINGERPRINT  have this SHA-256, as the server's log shows it: sha256:12ab...
              --on-error WHAT  continue (default): go on, list the failures at the end; stop: begin
                               nothing more after the first failure (files that are on their
                               way by then are finished)
          -l, --long           list: size, dimensions and date in columns
              --json           reports as JSON, one object per line: request, file, 'path' (put: the local
                               file; get: where it is saved), status, server, message, 'error' or
                               'already_there' (true) or 'resumed' (bytes) where it applies, what is
                               known of the image, and 'time'; list: one object per entry; status: one
                               per session and the report
          -q, --quiet          only what was asked for and what failed
              --progress WHEN  auto (default: on a terminal), always, never
          -i, --interactive    an interactive session although standard input is no terminal
              --version        print the version
          -h, --help           print this

        Output:
          One line per request and file on standard output:
            SERVER_IP:PORT REQUEST FILE success|failure MESSAGE
          For list, the entries are on standard output and that line is on standard error, where
          progress, remarks and the failures at the end go as well.

        Exit codes (of several, the highest):
          0 all done             1 a request failed or was refused    2 wrong usage, nothing sent
          3 no connection        4 the server denied access           5 bytes are not what their digest says
          6 a local file is missing, unreadable or in the way         130 interrupted (Ctrl-C)

        Environment:
          WIREPHOTO_SERVER     the server when none is given: wirephoto://host:port or host:port
          XDG_STATE_HOME       where the secret is kept that lets a later run go on with an interrupted
                               put (default ~/.local/state; wirephoto/secret)

        Examples:
          wirephoto localhost 5000 put *.jpg                     store all photographs of this folder
          wirephoto localhost 5000 put shoot -r -j 4             store a folder over four connections
          wirephoto localhost 5000 put IMG_1.jpg --as iceland/glacier.jpg
          wirephoto localhost 5000 get iceland/ --to photos      fetch a folder to photos/iceland/
          wirephoto localhost 5000 put a.jpg get b.png list      three requests, one connection
          wirephoto wirephoto://nas list --long
        """;

    /// <summary>What <c>help</c> prints in an interactive session.</summary>
    public const string Session = """
        put FILE... | get NAME... | list [FOLDER] | stat NAME... | have FILE... | delete NAME... | status | say TEXT
        help, exit or quit; any other text is sent to the server. Options work here too: list --long, put shoot -r, get a.jpg --to DIR.
        Names with spaces go in quotes.
        """;
}
