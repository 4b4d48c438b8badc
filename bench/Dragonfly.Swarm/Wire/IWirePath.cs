// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Swarm.Wire;

/// <summary>One way from a warm source to a file, ready to be run again and again.</summary>
internal interface IWirePath : IAsyncDisposable
{
    /// <summary>Its name in the table.</summary>
    string Name { get; }

    /// <summary>Transfers once and removes what came out.</summary>
    Task<WireSample> RunAsync();
}
