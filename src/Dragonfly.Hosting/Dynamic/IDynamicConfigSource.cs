// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// Where settings come from. Owned by one <see cref="DynamicConfigLoop{TSnapshot}"/>, which calls <see cref="FetchAsync"/> one at a time; only
/// the callback given to <see cref="Watch"/> may be called from another thread.
/// </summary>
internal interface IDynamicConfigSource<TSnapshot> : IDisposable
    where TSnapshot : class
{
    /// <summary>The source as a user knows it, for example "manager 127.0.0.1:65003".</summary>
    string Name { get; }

    /// <summary>What was last known, from disk, and what that means; called once before the first fetch.</summary>
    Fetched<TSnapshot>? Last();

    /// <summary>Asks the source. Throws what went wrong; the settings in force then stay.</summary>
    Task<Fetched<TSnapshot>> FetchAsync(CancellationToken cancellationToken);

    /// <summary>Calls back when the source itself notices a change; sources that cannot notice do nothing.</summary>
    void Watch(Action changed);
}
