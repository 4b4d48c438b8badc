// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Grpc;

/// <summary>What the health service says; singleton of the container. Thread safe.</summary>
public sealed class GrpcHealth
{
    /// <summary>Sets whether a service serves; watchers are told. The empty name is the whole server.</summary>
    public void Set(string service, bool serving) => throw new NotImplementedException();
}
