// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Files;

/// <summary>Names for files that are to be renamed.</summary>
public static class TemporaryName
{
    // A name may have 255 bytes on Linux: 64 letters of up to 3 bytes each, and 40 for the rest.
    private const int Letters = 64;

    /// <summary>A hidden name that nobody has, which tells what it will become, and which is not too long when the final name is not.</summary>
    /// <param name="output">The final path or name.</param>
    /// <returns>The name, without a folder.</returns>
    public static string For(string output)
    {
        var name = Path.GetFileName(output.AsSpan());
        return $".{(name.Length > Letters ? name[..Letters] : name)}.dfget-{Guid.NewGuid():N}";
    }
}
