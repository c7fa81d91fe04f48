namespace PSOAuthHelper
{
    /// <summary>Which of Entra ID's token endpoints a tenant means.</summary>
    public enum EntraVersion
    {
        /// <summary><c>/oauth2/token</c>, which takes a resource.</summary>
        V1 = 1,

        /// <summary><c>/oauth2/v2.0/token</c>, which takes scopes.</summary>
        V2 = 2,
    }
}
