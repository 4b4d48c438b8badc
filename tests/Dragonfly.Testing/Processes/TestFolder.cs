// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Testing.Processes;

/// <summary>A temporary folder that goes with its test, whatever the test left in it.</summary>
public sealed class TestFolder : IDisposable
{
    /// <summary>Its full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("dragonfly-test-").FullName;

    /// <summary>The path of something in it.</summary>
    /// <param name="name">Its name.</param>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <inheritdoc/>
    public override string ToString() => Path;
}
