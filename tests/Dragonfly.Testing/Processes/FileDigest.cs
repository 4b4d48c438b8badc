// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Dragonfly.Testing.Processes;

/// <summary>Digests of output files.</summary>
public static class FileDigest
{
    /// <summary>The SHA-256 of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Lower-case hex.</returns>
    public static async Task<string> Sha256Async(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }
}
