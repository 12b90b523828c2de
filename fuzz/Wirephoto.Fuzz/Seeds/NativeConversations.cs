using System.Security.Cryptography;
using System.Text;

namespace Wirephoto.Fuzz.Seeds;

/// <summary>Conversations in the native protocol that get far: images stored at once and in pieces, and everything that can be asked of them.</summary>
static class NativeConversations
{
    const string Token = "0123456789abcdef0123456789abcdef";

    public static IReadOnlyList<byte[]> All(byte[] photo)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(photo));
        var half = photo.Length / 2;
        var put = Frame($$"""{"type":"put","filename":"new.png","size":{{photo.Length}},"sha256":"{{sha256}}"}""", photo);
        var begin = Frame($$"""{"type":"begin","filename":"a/b.png","length":{{photo.Length}},"upload":"{{Token}}","sha256":"{{sha256}}"}""");
        var first = Frame($$"""{"type":"append","upload":"{{Token}}","offset":0,"size":{{half}}}""", photo[..half]);
        var second = Frame($$"""{"type":"append","upload":"{{Token}}","offset":{{half}},"size":{{photo.Length - half}}}""", photo[half..]);
        var commit = Frame($$"""{"type":"commit","upload":"{{Token}}","sha256":"{{sha256}}"}""");
        var abort = Frame($$"""{"type":"abort","upload":"{{Token}}"}""");
        var get = Frame("""{"type":"get","filename":"old.png","offset":3,"length":9,"id":7}""");
        var list = Frame("""{"type":"list","recursive":true,"limit":1,"after":"a"}""");
        var delete = Frame($$"""{"type":"delete","filename":"old.png","sha256":"{{sha256}}"}""");
        var have = Frame($$"""{"type":"have","sha256":["{{sha256}}"]}""");
        return
        [
            put, begin, first, second, commit, abort, get, list, delete, have,
            [.. put, .. get, .. list, .. have], [.. begin, .. first, .. second, .. commit, .. commit, .. list], [.. begin, .. first, .. abort, .. begin, .. second],
            [.. put, .. put, .. delete, .. get],
        ];
    }

    static byte[] Frame(string json, params byte[] body)
    {
        var head = Encoding.UTF8.GetBytes(json);
        return [(byte)(head.Length >> 8), (byte)head.Length, .. head, .. body];
    }
}
