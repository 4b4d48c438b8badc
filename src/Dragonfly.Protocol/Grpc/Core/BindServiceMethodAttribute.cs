// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>Marks a generated service base with the static method that binds its methods to a server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BindServiceMethodAttribute(Type bindType, string bindMethodName) : Attribute
{
    /// <summary>The type that has the method.</summary>
    public Type BindType { get; } = bindType;

    /// <summary>Name of the method <c>(ServiceBinderBase, XBase)</c>.</summary>
    public string BindMethodName { get; } = bindMethodName;
}
