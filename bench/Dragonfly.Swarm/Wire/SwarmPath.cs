// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Swarm.Wire;

/// <summary>Placeholder.</summary>
internal static class SwarmPath
{
    public static Task<IWirePath> StartAsync(string folder, long length, bool link) => throw new NotSupportedException();
}
