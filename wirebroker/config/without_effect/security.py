"""Authorisation, delegation tokens, SASL and TLS."""

from wirebroker.config.option import (
    BOOLEAN,
    CLASS,
    DOUBLE,
    INT,
    LIST,
    LONG,
    PASSWORD,
    PER_BROKER,
    SHORT,
    STRING,
    Option,
    OptionTable,
)
from wirebroker.config.validators import ANY_LIST, NON_NULL, OneOf, OneOfAnyCase, at_least, between


class SecurityOptions(OptionTable):
    # Who may do what
    authorizer_class_name = Option(STRING, "", "The class that decides who may do what.", NON_NULL)
    principal_builder_class = Option(
        CLASS,
        "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder",
        "The class that makes a principal of a connection.",
        update_mode=PER_BROKER,
    )
    connection_failed_authentication_delay_ms = Option(
        INT, 100, "How long a failed authentication is answered late.", at_least(0)
    )
    connections_max_reauth_ms = Option(LONG, 0, "How long a connection may last before it must authenticate again.")
    security_providers = Option(STRING, None, "Classes that provide security algorithms.")

    # Delegation tokens
    delegation_token_secret_key = Option(
        PASSWORD, None, "The key with which tokens are made; without it there are none."
    )
    delegation_token_expiry_time_ms = Option(
        LONG, 86_400_000, "How long a token is valid unless it is renewed.", at_least(1)
    )
    delegation_token_max_lifetime_ms = Option(LONG, 604_800_000, "How long a token is valid at most.", at_least(1))
    delegation_token_expiry_check_interval_ms = Option(
        LONG, 3_600_000, "How often expired tokens are looked for.", at_least(1)
    )

    # SASL
    sasl_enabled_mechanisms = Option(LIST, ("GSSAPI",), "The mechanisms that clients may use.", ANY_LIST, PER_BROKER)
    sasl_mechanism_inter_broker_protocol = Option(
        STRING, "GSSAPI", "The mechanism that brokers use among themselves.", update_mode=PER_BROKER
    )
    sasl_mechanism_controller_protocol = Option(STRING, "GSSAPI", "The mechanism to controllers.")
    sasl_jaas_config = Option(
        PASSWORD, None, "Login modules and their options, in JAAS's form.", update_mode=PER_BROKER
    )
    sasl_client_callback_handler_class = Option(CLASS, None, "The class that answers a SASL client's questions.")
    sasl_server_callback_handler_class = Option(CLASS, None, "The class that answers a SASL server's questions.")
    sasl_login_callback_handler_class = Option(CLASS, None, "The class that answers a login's questions.")
    sasl_login_class = Option(CLASS, None, "The class that logs in.")
    sasl_login_connect_timeout_ms = Option(INT, None, "How long connecting to an authentication server may take.")
    sasl_login_read_timeout_ms = Option(INT, None, "How long its answer may take.")
    sasl_login_refresh_buffer_seconds = Option(
        SHORT, 300, "How long before its end a credential is refreshed at the latest.", update_mode=PER_BROKER
    )
    sasl_login_refresh_min_period_seconds = Option(
        SHORT, 60, "The shortest time before a credential is refreshed.", update_mode=PER_BROKER
    )
    sasl_login_refresh_window_factor = Option(
        DOUBLE, 0.8, "The part of its life after which a credential is refreshed.", update_mode=PER_BROKER
    )
    sasl_login_refresh_window_jitter = Option(DOUBLE, 0.05, "How much of that is random.", update_mode=PER_BROKER)
    sasl_login_retry_backoff_ms = Option(LONG, 100, "The first pause after a failed login.")
    sasl_login_retry_backoff_max_ms = Option(LONG, 10000, "The longest pause after failed logins.")
    sasl_server_max_receive_size = Option(
        INT, 524_288, "The largest request in bytes before a connection has authenticated."
    )

    # SASL: Kerberos
    sasl_kerberos_kinit_cmd = Option(STRING, "/usr/bin/kinit", "Where kinit lies.", update_mode=PER_BROKER)
    sasl_kerberos_min_time_before_relogin = Option(
        LONG, 60000, "How long a login lasts at least.", update_mode=PER_BROKER
    )
    sasl_kerberos_principal_to_local_rules = Option(
        LIST, ("DEFAULT",), "How principals become short names.", ANY_LIST, PER_BROKER
    )
    sasl_kerberos_service_name = Option(STRING, None, "The name under which the broker runs.", update_mode=PER_BROKER)
    sasl_kerberos_ticket_renew_jitter = Option(
        DOUBLE, 0.05, "How much of a ticket's renewal time is random.", update_mode=PER_BROKER
    )
    sasl_kerberos_ticket_renew_window_factor = Option(
        DOUBLE, 0.8, "The part of its life after which a ticket is renewed.", update_mode=PER_BROKER
    )

    # SASL: OAuth
    sasl_oauthbearer_allow_unverified_audience = Option(
        BOOLEAN, False, "Whether tokens count whose audience was not checked."
    )
    sasl_oauthbearer_allow_unverified_issuer = Option(
        BOOLEAN, False, "Whether tokens count whose issuer was not checked."
    )
    sasl_oauthbearer_assertion_algorithm = Option(
        STRING, "RS256", "How assertions are signed.", OneOfAnyCase("ES256", "RS256")
    )
    sasl_oauthbearer_assertion_claim_aud = Option(STRING, None, "The audience that assertions name.")
    sasl_oauthbearer_assertion_claim_exp_seconds = Option(INT, 300, "How long assertions are valid.", between(0, 86400))
    sasl_oauthbearer_assertion_claim_iss = Option(STRING, None, "The issuer that assertions name.")
    sasl_oauthbearer_assertion_claim_jti_include = Option(BOOLEAN, False, "Whether assertions have an id of their own.")
    sasl_oauthbearer_assertion_claim_nbf_seconds = Option(
        INT, 60, "How long before their making assertions are valid.", between(0, 3600)
    )
    sasl_oauthbearer_assertion_claim_sub = Option(STRING, None, "The subject that assertions name.")
    sasl_oauthbearer_assertion_file = Option(STRING, None, "A file with a finished assertion.")
    sasl_oauthbearer_assertion_private_key_file = Option(STRING, None, "The key that assertions are signed with.")
    sasl_oauthbearer_assertion_private_key_passphrase = Option(PASSWORD, None, "The passphrase of that key.")
    sasl_oauthbearer_assertion_template_file = Option(STRING, None, "A file with further claims for assertions.")
    sasl_oauthbearer_client_credentials_client_id = Option(
        STRING, None, "The client id for the client credentials grant."
    )
    sasl_oauthbearer_client_credentials_client_secret = Option(
        PASSWORD, None, "The client secret for the client credentials grant."
    )
    sasl_oauthbearer_clock_skew_seconds = Option(INT, 30, "How far clocks may differ.")
    sasl_oauthbearer_expected_audience = Option(LIST, (), "Audiences of which a token must name one.", ANY_LIST)
    sasl_oauthbearer_expected_issuer = Option(STRING, None, "The issuer that a token must name.")
    sasl_oauthbearer_jwks_endpoint_url = Option(STRING, None, "Where the keys of the issuer are found.")
    sasl_oauthbearer_jwks_endpoint_refresh_ms = Option(LONG, 3_600_000, "How often they are fetched.")
    sasl_oauthbearer_jwks_endpoint_retry_backoff_ms = Option(LONG, 100, "The first pause after a failure.")
    sasl_oauthbearer_jwks_endpoint_retry_backoff_max_ms = Option(LONG, 10000, "The longest pause after failures.")
    sasl_oauthbearer_jwt_retriever_class = Option(
        CLASS, "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", "The class that gets tokens."
    )
    sasl_oauthbearer_jwt_validator_class = Option(
        CLASS, "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", "The class that checks tokens."
    )
    sasl_oauthbearer_scope = Option(STRING, None, "The scope that is asked for.")
    sasl_oauthbearer_scope_claim_name = Option(STRING, "scope", "The claim that holds a token's scopes.")
    sasl_oauthbearer_sub_claim_name = Option(STRING, "sub", "The claim that holds a token's subject.")
    sasl_oauthbearer_token_endpoint_url = Option(STRING, None, "Where tokens are found.")

    # TLS
    ssl_client_auth = Option(
        STRING,
        "none",
        "Whether clients must, may or need not show a certificate.",
        OneOf("required", "requested", "none"),
        PER_BROKER,
    )
    ssl_protocol = Option(STRING, "TLSv1.3", "The version of TLS.", update_mode=PER_BROKER)
    ssl_enabled_protocols = Option(
        LIST, ("TLSv1.2", "TLSv1.3"), "The versions of TLS that clients may use.", ANY_LIST, PER_BROKER
    )
    ssl_cipher_suites = Option(
        LIST, (), "The cipher suites that may be used; empty means the library's.", ANY_LIST, PER_BROKER
    )
    ssl_endpoint_identification_algorithm = Option(
        STRING, "https", "How the other side's name is checked; empty means not at all.", update_mode=PER_BROKER
    )
    ssl_principal_mapping_rules = Option(STRING, "DEFAULT", "How the name in a certificate becomes a principal.")
    ssl_keystore_location = Option(
        STRING, None, "The file with the broker's key and certificates.", update_mode=PER_BROKER
    )
    ssl_keystore_type = Option(STRING, "JKS", "Its format.", update_mode=PER_BROKER)
    ssl_keystore_password = Option(PASSWORD, None, "Its password.", update_mode=PER_BROKER)
    ssl_keystore_key = Option(PASSWORD, None, "The broker's key itself, as PEM.", update_mode=PER_BROKER)
    ssl_keystore_certificate_chain = Option(
        PASSWORD, None, "The broker's certificates themselves, as PEM.", update_mode=PER_BROKER
    )
    ssl_key_password = Option(PASSWORD, None, "The password of the broker's key.", update_mode=PER_BROKER)
    ssl_truststore_location = Option(
        STRING, None, "The file with the certificates that are trusted.", update_mode=PER_BROKER
    )
    ssl_truststore_type = Option(STRING, "JKS", "Its format.", update_mode=PER_BROKER)
    ssl_truststore_password = Option(PASSWORD, None, "Its password.", update_mode=PER_BROKER)
    ssl_truststore_certificates = Option(
        PASSWORD, None, "The certificates that are trusted themselves, as PEM.", update_mode=PER_BROKER
    )
    ssl_allow_dn_changes = Option(BOOLEAN, False, "Whether a new certificate may name somebody else.")
    ssl_allow_san_changes = Option(BOOLEAN, False, "Whether a new certificate may have other alternative names.")
    ssl_engine_factory_class = Option(CLASS, None, "The class that makes TLS engines.", update_mode=PER_BROKER)
    ssl_keymanager_algorithm = Option(
        STRING, "SunX509", "How keys are managed, in Java's words.", update_mode=PER_BROKER
    )
    ssl_trustmanager_algorithm = Option(
        STRING, "PKIX", "How trust is managed, in Java's words.", update_mode=PER_BROKER
    )
    ssl_provider = Option(STRING, None, "Where TLS comes from, in Java's words.", update_mode=PER_BROKER)
    ssl_secure_random_implementation = Option(
        STRING, None, "Where its random numbers come from, in Java's words.", update_mode=PER_BROKER
    )
