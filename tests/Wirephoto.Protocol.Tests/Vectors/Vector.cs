namespace Wirephoto.Protocol.Tests.Vectors;

/// <summary>One file of <c>spec/vectors</c>; its README says what the members mean.</summary>
public sealed record Vector(string Name, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Expect => Headers["expect"];

    public string Kind => Headers["kind"];

    /// <summary>The JSON text that a header of a name vector holds.</summary>
    public string Json(string header) => Unescape(Headers[header]);

    /// <summary>The bytes of the head alone, without its length.</summary>
    public byte[] Head => Bytes[2..HeadEnd];

    /// <summary>The bytes behind the head.</summary>
    public byte[] Body => Bytes[HeadEnd..];

    public int HeadEnd => 2 + (Bytes[0] << 8 | Bytes[1]);

    public static Vector Parse(string text)
    {
        var headers = new Dictionary<string, string>();
        var hex = "";
        var inHex = false;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':');
            if (inHex) hex += line.Trim();
            else if (line[..colon] == "hex") (inHex, hex) = (true, line[(colon + 1)..].Trim());
            else headers.Add(line[..colon], line[(colon + 1)..].Trim(' '));
        }

        return new Vector(headers["name"], headers, Convert.FromHexString(hex));
    }

    // Half characters are the point of some name vectors, and JsonElement refuses them: hence by hand.
    static string Unescape(string raw)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)Convert.ToUInt16(raw.Substring(i + 1, 4), 16));
                i += 4;
                continue;
            }

            text.Append(raw[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var c => c });
        }

        return text.ToString();
    }

    public override string ToString() => Name;
}
