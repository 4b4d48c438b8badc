// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>One fact about an authenticated peer.</summary>
public class AuthProperty
{
    private AuthProperty(string name, byte[] value)
    {
        Name = name;
        ValueBytes = value;
    }

    /// <summary>Name of the property, for example <c>x509_common_name</c>.</summary>
    public string Name { get; }

    /// <summary>Value as UTF-8 text.</summary>
    public string Value => System.Text.Encoding.UTF8.GetString(ValueBytes);

    /// <summary>Value as bytes.</summary>
    public byte[] ValueBytes { get; }

    /// <summary>Makes a property.</summary>
    public static AuthProperty Create(string name, byte[] value) => new(name, value);
}
