// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Storage.Metadata;

/// <summary>Which start of the machine this is. While it stays the same, everything ever written is in the page cache or on the disk.</summary>
internal static class BootIdentity
{
    private const string Source = "/proc/sys/kernel/random/boot_id";

    /// <summary>Reads the identity.</summary>
    /// <returns>The kernel's boot id; where there is none, a new one each time, so that nothing is trusted unchecked.</returns>
    internal static string Read()
    {
        try
        {
            return File.ReadAllText(Source).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Guid.NewGuid().ToString("D");
        }
    }
}
