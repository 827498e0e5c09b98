--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)




--
-- Name: abort_requests; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.abort_requests (
    rollout_id character varying(64) NOT NULL
);


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: alert_rules; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alert_rules (
    rule_id character varying(64) NOT NULL,
    model_id character varying(128) NOT NULL,
    name character varying(128) NOT NULL,
    definition text NOT NULL,
    enabled boolean NOT NULL,
    state character varying(16) NOT NULL,
    since bigint NOT NULL,
    last_value double precision,
    progress text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: chunks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.chunks (
    chunk_blake3 bytea NOT NULL,
    pack_blake3 bytea NOT NULL,
    offset_bytes bigint NOT NULL,
    stored_bytes bigint NOT NULL,
    raw_bytes bigint NOT NULL,
    kind smallint NOT NULL,
    depth smallint NOT NULL,
    chain_bytes bigint NOT NULL,
    needs bytea NOT NULL,
    refs bigint NOT NULL
);


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    event_id bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    kind character varying(32) NOT NULL,
    model_id character varying(128) NOT NULL,
    version_id character varying(200) NOT NULL,
    stage character varying(16) NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    returns_to bigint,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: events_event_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.events_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: events_event_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.events_event_id_seq OWNED BY public.events.event_id;


--
-- Name: evidence_blocks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.evidence_blocks (
    sequence bigint NOT NULL,
    split_id character varying(64) NOT NULL,
    records bigint NOT NULL,
    payload bytea NOT NULL
);


--
-- Name: evidence_blocks_sequence_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.evidence_blocks_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: evidence_blocks_sequence_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.evidence_blocks_sequence_seq OWNED BY public.evidence_blocks.sequence;


--
-- Name: experiments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.experiments (
    experiment_id character varying(64) NOT NULL,
    model_id character varying(128) NOT NULL,
    open_model_id character varying(128),
    state character varying(16) NOT NULL,
    plan text NOT NULL,
    progress text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: leases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.leases (
    name character varying(128) NOT NULL,
    holder character varying(64) NOT NULL,
    token bigint NOT NULL,
    expires_at bigint NOT NULL,
    done_at bigint NOT NULL
);


--
-- Name: model_policies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.model_policies (
    model_id character varying(128) NOT NULL,
    policy text NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: models; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.models (
    model_id character varying(128) NOT NULL,
    name_key character varying(128) NOT NULL,
    created_at bigint NOT NULL,
    last_ordinal bigint NOT NULL,
    last_numbers text NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: packs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.packs (
    pack_blake3 bytea NOT NULL,
    stored_bytes bigint NOT NULL
);


--
-- Name: removed_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.removed_versions (
    version_id character varying(200) NOT NULL,
    model_id character varying(128) NOT NULL,
    version_number character varying(128) NOT NULL,
    created_at bigint NOT NULL,
    parent_version character varying(200),
    removed_at bigint NOT NULL,
    removed_by text NOT NULL,
    reason text NOT NULL,
    backup_path text NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: rollouts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rollouts (
    rollout_id character varying(64) NOT NULL,
    model_id character varying(128) NOT NULL,
    open_model_id character varying(128),
    version_id character varying(200) NOT NULL,
    stable_version_id character varying(200) NOT NULL,
    state character varying(16) NOT NULL,
    step integer NOT NULL,
    plan text NOT NULL,
    progress text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: routing_tables; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.routing_tables (
    model_id character varying(128) NOT NULL,
    revision bigint NOT NULL,
    routing_table text NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: stage_pointers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.stage_pointers (
    model_id character varying(128) NOT NULL,
    stage character varying(16) NOT NULL,
    version_id character varying(200) NOT NULL,
    event_id bigint NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: tracked_buckets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tracked_buckets (
    version_id character varying(64) NOT NULL,
    stage character varying(16) NOT NULL,
    width_seconds integer NOT NULL,
    start bigint NOT NULL,
    model_id character varying(128) NOT NULL,
    payload bytea NOT NULL
);


--
-- Name: tracked_copies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tracked_copies (
    model_id character varying(128) NOT NULL,
    rows_blake2b bytea NOT NULL
);


--
-- Name: tracked_predictions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tracked_predictions (
    prediction_blake2b bytea NOT NULL,
    logged_at bigint NOT NULL,
    version_id character varying(64) NOT NULL,
    stage character varying(16) NOT NULL,
    minute bigint NOT NULL,
    prediction text NOT NULL,
    probability double precision,
    label text NOT NULL
);


--
-- Name: tracked_references; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tracked_references (
    version_id character varying(64) NOT NULL,
    is_complete boolean NOT NULL,
    payload bytea NOT NULL
);


--
-- Name: version_cards; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.version_cards (
    version_id character varying(200) NOT NULL,
    card text NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: version_files; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.version_files (
    version_id character varying(200) NOT NULL,
    path text NOT NULL,
    sha256 character varying(64) NOT NULL,
    size_bytes bigint NOT NULL,
    root_blake3 character varying(64) NOT NULL
);


--
-- Name: version_loads; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.version_loads (
    version_id character varying(200) NOT NULL,
    loads bigint NOT NULL,
    last_loaded_at bigint NOT NULL
);


--
-- Name: version_metrics; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.version_metrics (
    version_id character varying(200) NOT NULL,
    name character varying(200) NOT NULL,
    model_id character varying(128) NOT NULL,
    ordinal bigint NOT NULL,
    value double precision
);


--
-- Name: version_signatures; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.version_signatures (
    version_id character varying(200) NOT NULL,
    envelope_sha256 character varying(64) NOT NULL,
    envelope text NOT NULL,
    signed_at bigint NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: version_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.version_tags (
    version_id character varying(200) NOT NULL,
    tag character varying(128) NOT NULL,
    model_id character varying(128) NOT NULL,
    ordinal bigint NOT NULL
);


--
-- Name: versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.versions (
    version_id character varying(200) NOT NULL,
    model_id character varying(128) NOT NULL,
    version_number character varying(128) NOT NULL,
    status character varying(16) NOT NULL,
    deployment_stage character varying(16) NOT NULL,
    model_path text NOT NULL,
    metadata_path text NOT NULL,
    checksum character varying(64) NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by text NOT NULL,
    description text NOT NULL,
    tags text NOT NULL,
    metrics text NOT NULL,
    dependencies text NOT NULL,
    configuration text NOT NULL,
    deployment_config text NOT NULL,
    parent_version character varying(200),
    size_bytes bigint NOT NULL,
    is_active boolean NOT NULL,
    ordinal bigint NOT NULL,
    format character varying(64) NOT NULL,
    document_blake3 character varying(64) NOT NULL,
    row_blake2b character varying(32) NOT NULL
);


--
-- Name: events event_id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events ALTER COLUMN event_id SET DEFAULT nextval('public.events_event_id_seq'::regclass);


--
-- Name: evidence_blocks sequence; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence_blocks ALTER COLUMN sequence SET DEFAULT nextval('public.evidence_blocks_sequence_seq'::regclass);


--
-- Data for Name: abort_requests; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.abort_requests VALUES ('rollout-019b7727-8f80-7000-afe9-a01cdf141d57');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0001');


--
-- Data for Name: alert_rules; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alert_rules VALUES ('alert-019b7739-df00-7000-852c-94b78b717e8d', 'm', 'slow', '{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}', true, 'no_data', 1767231840000000, NULL, '{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}', 1767231840000000, 1767231840000000, '1280a23748f2a4795763729a4817e21c');
INSERT INTO public.alert_rules VALUES ('alert-019b7739-df00-7001-a3a2-f5a6794f867c', 'm', 'quiet', '{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}', false, 'no_data', 1767231840000000, NULL, '{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}', 1767231840000000, 1767231840000000, '179b47d0f51b3a261d3e45ef566031e1');


--
-- Data for Name: chunks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chunks VALUES ('\xa3db0e54ab0b397a8f1bdf7f6cde732f56d3e237518ec66a3627c2be61ea7852', '\xbee138ff98da115fa2330417c57b0682404e7f57f66e510ba93792fe85c5fb11', 24, 717, 1481, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x570a7c7f45e116ece9c85d692b6a01d83ae4973bf237067e9b19a4a75a66f76b', '\x8de07d5fd462ebfeb7991c8e6d1a01ce66b76587284f4e10d046af0769cefc8b', 16, 41, 2017, 0, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x3ae9e6d85a13324dd130c317f8e985ee37e9df6ebb28adc4266e13f084e6cc4f', '\x8de07d5fd462ebfeb7991c8e6d1a01ce66b76587284f4e10d046af0769cefc8b', 57, 658, 1382, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xf214e79ad193865a36c9102897a28f60480daa5ef16651742ef5e10f5e74f8bf', '\x1625f163bc00d5701e7cd7015e8c08060c7b09874424005d43cf68c4dfbea812', 16, 42, 3017, 0, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x01f03bd92a4bf38e644364ddc24daf803828b08900fa0722e7f4f1086fca95b6', '\x1625f163bc00d5701e7cd7015e8c08060c7b09874424005d43cf68c4dfbea812', 58, 663, 1382, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x1141c2b09cd0dd85e4eaa7931283508db3e89d6c95029cc6483406f506d573db', '\x53770eaa813bf6aeb3673367bf3e54e6aa67378011a04965fc76e51b4b4663cc', 16, 459, 877, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x27bf694e92be4a2152a6fa0f96bafdb6789c8506987efe07856fa7a363ad44e6', '\x2d3fe718dfd3cb20e57639e8a1cb26b56c5c404ea70ad84b89f11b6be262d3e9', 16, 640, 1342, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037', '\xbee138ff98da115fa2330417c57b0682404e7f57f66e510ba93792fe85c5fb11', 16, 8, 7, 0, 0, 0, '\x', 2);
INSERT INTO public.chunks VALUES ('\x3e4acbd11dfadf365831f1256e6220991cc01c9c9d46dcac5d850f572431ebcb', '\x41b8ce6eea8983101f4ca41a8f0d51d5a484a8895ac898b6be744f5c8bee7cfc', 24, 644, 1342, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xaccd5fa0b4b32b8d1f9451f5786757e000e63e316f579ca544b4fd5e17d721ef', '\x0b8abb51348500fb7ad071eb14f629814c85ad2a3ffab0341311185ecdd98e36', 16, 640, 1350, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xd88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30', '\x41b8ce6eea8983101f4ca41a8f0d51d5a484a8895ac898b6be744f5c8bee7cfc', 16, 8, 7, 0, 0, 0, '\x', 2);


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, 1767226020000000, 'ada', 'model_registered', 'm', '', '', '{}', '{}', NULL, '2b214cb1a7737be24e15120f665acee5');
INSERT INTO public.events VALUES (2, 1767226020000000, 'ada', 'version_created', 'm', '019b76e1-10a0-7000-9d72-3f82d3cdd19b', '', '{}', '{"status":"ready","version_number":"1.0.0"}', NULL, '19944b15b945eacca184eb4e88c3e2fd');
INSERT INTO public.events VALUES (3, 1767226440000000, 'ada', 'version_created', 'm', '019b76e7-7940-7000-8672-9761fd008b8e', '', '{}', '{"status":"ready","version_number":"1.0.1"}', NULL, 'dd7bfb11b825f2a9bafd43dd7229cd5a');
INSERT INTO public.events VALUES (4, 1767226860000000, 'ada', 'version_created', 'm', '019b76ed-e1e0-7000-8816-d76a37e7c3de', '', '{}', '{"status":"ready","version_number":"1.0.2"}', NULL, 'bd34a9d854784b5a0be3bbae7086a89e');
INSERT INTO public.events VALUES (5, 1767227280000000, 'ada', 'version_created', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', '', '{}', '{"status":"ready","version_number":"1.0.3"}', NULL, '23d7171e7595aa07346a7713b067dd24');
INSERT INTO public.events VALUES (6, 1767227280000000, 'ada', 'version_opened', 'm', '019b76f4-4a80-7001-bb18-be99f41dc599', '', '{}', '{"status":"training","version_number":"1.0.4"}', NULL, 'b62f74946ce64bc6f5eed539fd3cc6c3');
INSERT INTO public.events VALUES (7, 1767227700000000, 'ada', 'model_registered', 'n', '', '', '{}', '{}', NULL, '91332a2985b34afe5c5f8a500572c548');
INSERT INTO public.events VALUES (8, 1767227700000000, 'ada', 'version_created', 'n', '019b76fa-b320-7000-8252-d362151b2621', '', '{}', '{"status":"ready","version_number":"1.0.0"}', NULL, '1aea6258ad9e9807d2cbfcc901323beb');
INSERT INTO public.events VALUES (9, 1767228120000000, 'ada', 'version_created', 'n', '019b7701-1bc0-7000-958b-83d9b8b3e878', '', '{}', '{"status":"ready","version_number":"1.0.1"}', NULL, '7b6dc8b054748c02e92375ff0a32f9f0');
INSERT INTO public.events VALUES (10, 1767228120000000, 'ada', 'card_kept', 'm', '019b76e1-10a0-7000-9d72-3f82d3cdd19b', '', '{}', '{}', NULL, 'd4315d5e8e0509522af723beb748ef24');
INSERT INTO public.events VALUES (11, 1767228120000000, 'ada', 'policy_set', 'm', '', '', '{}', '{"on_finding":"warn","production_rank":null,"signing":null}', NULL, '6547d911214f9e587c4a24e468e6c1a3');
INSERT INTO public.events VALUES (12, 1767228120000000, 'ada', 'version_signed', 'm', '019b76e1-10a0-7000-9d72-3f82d3cdd19b', '', '{}', '{"key_id":"9cd27209b6f65d40202dcc5f3b66850799053c35d3efc421b3d84a8c03e28552"}', NULL, '5634f8e8d907e5a4648258485f95c3c4');
INSERT INTO public.events VALUES (13, 1767228540000000, 'ada', 'deployed', 'm', '019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'staging', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"to staging","version_id":"019b76e1-10a0-7000-9d72-3f82d3cdd19b","version_number":"1.0.0"}', NULL, '23382b97d4f106b253f6a80b698a8563');
INSERT INTO public.events VALUES (14, 1767228960000000, 'ada', 'deployed', 'm', '019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'production', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"to production","version_id":"019b76e1-10a0-7000-9d72-3f82d3cdd19b","version_number":"1.0.0"}', NULL, '91c8b1d49b537a6d644009a15c8cfd3b');
INSERT INTO public.events VALUES (15, 1767229380000000, 'ada', 'deployed', 'm', '019b76e7-7940-7000-8672-9761fd008b8e', 'production', '{"version_id":"019b76e1-10a0-7000-9d72-3f82d3cdd19b","version_number":"1.0.0"}', '{"deployment_config":{},"reason":"to production","version_id":"019b76e7-7940-7000-8672-9761fd008b8e","version_number":"1.0.1"}', 14, 'bcc61ec29d8af9dd9e5c0578083428e3');
INSERT INTO public.events VALUES (16, 1767229800000000, 'ada', 'deployed', 'n', '019b76fa-b320-7000-8252-d362151b2621', 'production', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"to production","version_id":"019b76fa-b320-7000-8252-d362151b2621","version_number":"1.0.0"}', NULL, '99991fdea1aee19663d3516b1c829e62');
INSERT INTO public.events VALUES (17, 1767229800000000, 'ada', 'rolled_back', 'm', '019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'production', '{"version_id":"019b76e7-7940-7000-8672-9761fd008b8e","version_number":"1.0.1"}', '{"deployment_config":{},"reason":"worse","version_id":"019b76e1-10a0-7000-9d72-3f82d3cdd19b","version_number":"1.0.0"}', NULL, 'bc0cb540189ae7fb10304b7bc910d7aa');
INSERT INTO public.events VALUES (18, 1767230220000000, 'ada', 'deployed', 'm', '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', '{"version_id":"019b76e1-10a0-7000-9d72-3f82d3cdd19b","version_number":"1.0.0"}', '{"deployment_config":{"replicas":2},"version_id":"019b76ed-e1e0-7000-8816-d76a37e7c3de","version_number":"1.0.2"}', 17, 'a9eb212b51052c101702c1f77f2dc1c1');
INSERT INTO public.events VALUES (19, 1767230220000000, 'ada', 'version_removed', 'm', '019b76e7-7940-7000-8672-9761fd008b8e', '', '{"version_number":"1.0.1"}', '{"backup_path":"m/019b76e7-7940-7000-8672-9761fd008b8e+20260101T011700000000Z","reason":"deleted"}', NULL, 'b40bed9e561b09d2ba8b860a64fbd628');
INSERT INTO public.events VALUES (20, 1767230220000000, 'ada', 'deployed', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', 'canary', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-b9ec-2aa923702781","version_number":"1.0.3"}', NULL, '5c6292fe4e3ae4ceba92d035399a6f66');
INSERT INTO public.events VALUES (21, 1767230220000000, 'ada', 'rollout_pending', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', '', '{}', '{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7721-26e0-7000-a302-387a54a0cbd4","state":"pending"}', NULL, '916aa9b30e0cd508b8169df5d2380a39');
INSERT INTO public.events VALUES (22, 1767230220000000, 'ada', 'rollout_running', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', '', '{"state":"pending"}', '{"reason":"started","rollout_id":"rollout-019b7721-26e0-7000-a302-387a54a0cbd4","state":"running","step":0,"verdict":{}}', NULL, '89cd695229977b942d78e93728a12d3c');
INSERT INTO public.events VALUES (23, 1767230220000000, 'ada', 'rollout_aborting', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', '', '{"state":"running"}', '{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-a302-387a54a0cbd4","state":"aborting","step":0,"verdict":{}}', NULL, 'da70deee259a39ba9fb6dd64b1cb22be');
INSERT INTO public.events VALUES (24, 1767230220000001, 'ada', 'deactivated', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', 'canary', '{"version_id":"019b76f4-4a80-7000-b9ec-2aa923702781","version_number":"1.0.3"}', '{"reason":"no","version_id":"","version_number":""}', NULL, '424c564e7ab795308bdc1646e9013c4d');
INSERT INTO public.events VALUES (25, 1767230220000000, 'ada', 'rollout_aborted', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', '', '{"state":"aborting"}', '{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-a302-387a54a0cbd4","state":"aborted","step":0,"verdict":{}}', NULL, '5fc2e6f49bf0e063b42ccf4eb4059be7');
INSERT INTO public.events VALUES (26, 1767230640000000, 'ada', 'deployed', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', 'canary', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-b9ec-2aa923702781","version_number":"1.0.3"}', NULL, '2f814747f9132152d501f161e29d3636');
INSERT INTO public.events VALUES (27, 1767230640000000, 'ada', 'rollout_pending', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', '', '{}', '{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7727-8f80-7000-afe9-a01cdf141d57","state":"pending"}', NULL, '51c3e93c81574f304096a5dd6e3cc306');
INSERT INTO public.events VALUES (28, 1767230640000000, 'ada', 'rollout_running', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', '', '{"state":"pending"}', '{"reason":"started","rollout_id":"rollout-019b7727-8f80-7000-afe9-a01cdf141d57","state":"running","step":0,"verdict":{}}', NULL, '469a4545744a402cd50bc91021041638');
INSERT INTO public.events VALUES (29, 1767230640000000, 'ada', 'override_set', 'm', '', '', '{}', '{"arm":"canary","unit":"tester"}', NULL, '203e03221a4b07509ce14a819942f9d9');
INSERT INTO public.events VALUES (30, 1767230640000000, 'ada', 'experiment_started', 'n', '', '', '{}', '{"arms":{"b":"019b7701-1bc0-7000-958b-83d9b8b3e878","control":"019b76fa-b320-7000-8252-d362151b2621"},"experiment_id":"019b7727-8f80-7000-bd5a-829d1a535cb7","reason":"","shares":{"b":0.5,"control":0.5}}', NULL, 'ab605de77edc47f04f205a7d7ac86aa3');
INSERT INTO public.events VALUES (31, 1767231840000000, 'ada', 'alert_added', 'm', '', '', '{}', '{"name":"slow","rule":{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7000-852c-94b78b717e8d"}', NULL, 'c22a1fe6235c668ba1ccee5ffcd4e125');
INSERT INTO public.events VALUES (32, 1767231840000000, 'ada', 'alert_added', 'm', '', '', '{}', '{"name":"quiet","rule":{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7001-a3a2-f5a6794f867c"}', NULL, '59b29b0d123f30436a16bf2efd3f53fd');
INSERT INTO public.events VALUES (33, 1767231840000000, 'ada', 'alert_disabled', 'm', '', '', '{}', '{"name":"quiet","rule_id":"alert-019b7739-df00-7001-a3a2-f5a6794f867c"}', NULL, '1da65ff16ea76724e1cfad81e200c7d9');
INSERT INTO public.events VALUES (34, 1767225600000000, 'ada', 'model_registered', 'guest', '', '', '{}', '{}', NULL, '09f40f37bab197332a9dde75349c474b');
INSERT INTO public.events VALUES (35, 1767225600000000, 'ada', 'version_created', 'guest', '019b76da-a800-7000-a227-6e0bd3417afa', '', '{}', '{"status":"ready","version_number":"1.0.0"}', NULL, '2bb53911783c37a8bfff0d21dfe02f1b');
INSERT INTO public.events VALUES (36, 1767231840000000, 'ada', 'card_kept', 'guest', '019b76da-a800-7000-a227-6e0bd3417afa', '', '{}', '{}', NULL, 'c480b23495c56c4156ce369d94f6f972');
INSERT INTO public.events VALUES (37, 1767231840000000, 'ada', 'card_kept', 'n', '019b76fa-b320-7000-8252-d362151b2621', '', '{}', '{}', NULL, '26b638a7dffcfdd054e7bb61b14887d6');


--
-- Data for Name: evidence_blocks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence_blocks VALUES (1, 'rollout-019b7727-8f80-7000-afe9-a01cdf141d57', 200, '\x01acd5c202226be270fbf42aaec7d04f0897a4726f7773d92c726f6c6c6f75742d30313962373732372d386638302d373030302d616665392d613031636466313431643537cf0006474972888c00cf0006474972888c00ccc891931d92cb3fe8000000000000cb3fd0000000000000c09793a6706f696e747302c50640b8acd7671b306de63ff0a41fd5853f609ccbcc2a99221d775c8f12a9cb22496129a71c46afadba175bc9b8319183d65404718a1f16155efef76a5f57778dcec78244a63198ba941ec042bb96d6f68426a69896745a6ba85e5787a56079d20e0c8cf2b2207ba2e6b3cc22ce085c58b2199c10efca15a447b820e659beef1c871bb86c90b85ede1baf5388ba9f2f325d9fb9613692eca57411ab03b818af1977fda6468e990dd8bd322439a4a46523877fce0848550350afed04fa1cac9b0792078ebce1160aa4859e6b28b0da6b7033378f6b185fca4d831ba8caf3934a5a3fe61d6407665e529cd2425c7a12d6c129a562e44b5c125ced356961d6fd404dc1f2949b2c8ad6bf13982b49594c658d18f73e9ec985a8e38d009f061049eaf1f7b0918530bc05545a2377c3c8d5c4da7fa20f5d3cfa618b2a2e33fc4bba828dacab70e9560cc81b97a33c25d688e9cf8e27f8b5ed2f2b94ba27391c75187abe7fc6b8c8e5bd091aed40cfe76874f02593e243b188a5e591087e5dcbceb1f2ec575090b4d9dd07ec6033ac893082ceb5e4fe3a7ec1bf3970f0e6d9e7cbc87fa5a1ff89c90554dee445204828e34b40f5f50ed4f08ff36ea481976de06465f8991d40d108f66361b10e5559462cf48b4fbd0f6f68e97211875d9bb4684ba7feca73c4f2fd3b590ffdbe168947e4bb6384c6cf70dc5c5c2ea4598ad3d16ae24b3e6e07266c8556cce7fdc4ac198d2ec4ca456bf374199bd9cfb03c7f5aecfe2c69968ae553d37b477af796fd720c0249c3ccf49592ece03bb0f2fd62ed5e482507e7aa049c2723dbce305437e98f4d68f71392e643dc99d9d6da03144825b3f3742b4f60f1fe51f3783103f46ef40de26dcc6cc85ccbd71052978baf62d0ea52af2f59d21783202b120a9b46ca4713633291a3d7195cedf38037820f3478927ebd99ad995965ba7a6ee985cbe93317e25d05e23ce24a2ff1a8b85c470836e41cdb351acc88e44913ef5bff34edf2a1f5d28acba7d8aed9ea802c54d130e128e2a08823f4382aa56d00ab695c941d732850af33e68457e77b34f3388b4103bc2c188be02584816fcc1a4fd2c691100f2c342dec8ef9a9483f30d1ed8e9bc04d4ed36bd130bd9904a3c425ab55b11000939b190d0e95c4caed915d2a8dae200be85f8c4663e553636c673fc8172c0441908187115831aa9ac40e8f7278cc002313753b601be940a27a2fda215393de0e9d19426a7454f19e4e7c09aa1657d37f21af2f775c6d82c3efad8443694e0053f0349e1063e12de9b9371df3d768fb23184a0a35fadfdb6b95991108e0114fe81232eb84c4bf1f060c1e3cf449f304cc675d6cbfee0138092918e95331613ffebb8b5fe43e10e4a6d268f98067f221db0ac2586959edf2060416431d3f52136582efc6dfd4fe4b3b9f43d76d94e8ee815f8bb216f6004a19353cfdee5947eede79040c0fd551195dff71f3d86a5187bdffac42f8a8ad0f7a17d8cb4b58146ab63b94ff48042216c4d2b3132f2b19845cdc722e16b6b2f1305133bf343416ee8f8d475b7d5e3a1d2106a1859c451857f5f65da84a71f58e9c222c6e3a9f5d1362f6e5962325d5a9b1e5d8645323d47f5e71338b041d8522e5c23a6da4de3d2d665b72faef5dbc65d0e691eeb45329991277db64d7d2a8bfbeb4038018857f8c9d8b1eba8493bdd93c7042f09a32e3c020dbb3ce5ce0d61a0c331e4fa49d3abfdf37f4795725a47b57a52464e7ae1ee454ab9163bcabd4c91bb8d88180a92be3c9d28352fe947a180571b83f9402e7c756c3f888c6687f93085b9dd9fca4f938e06f55b239a792f696d7ad8c30ba1a9320779f82c9c9768963a9a106a0db7db0c6c4e8c62c161599df22b27804707c4539894a1122ad8441fba2adee736296b2e634afa9a33533c6645a40de5ba5c0f5209b1b939e8a07f1cd8b5ffac9d77f38ac2a26c570cf1005841aea2709ccce08eadb8ac6ce395c362d3e74f1a1f514d7e4cdf4abd34dced5a80748cf69bcd557500935368faf1c53b8b3955ad8d8c5320d9e484848c3302783dcf877e0ed212c5792e3985181f6e070aa0ec91dde348500e154edb0a98b655be1dd5b35040b993bdba955740ce4a425e9f6535be8442ebd172d3f3acf73fbc4c379ad6bdac4afa12b577c64af4813f8fcdfe75d642e0cc981369e33ca95210e651b4471446f47048d293a0f1cf17c07a3a9324e7967bab55b7632f0cafd30a4bd9792d451b6ee4e54e2531d93a461726d7301c46c28b52ffd20c81d03002402000000000100000001010001000001010101010101000001000000010001000000011d004e09ec0e80c1520d60c15702401e4a0b40305587305be41400f281cc941a02e6685ec06cd0f2a027c2510da012e0330340a6e6c0ee206703140d1a9c1793b07265766973696f6e5f696e646963657300c402000093a973756363657373657301c44528b52ffd20c8e50100a001010001000100000100010001000001010000001200800370b7d5e55c31550e0b930914681900ea7a6e58980000c1c1c36020b0d0dd0b32c9001693a96c6174656e6369657302c503206bf1583f6898823eb123e63ec6e9493ff838e83ca593dd3eb6050a3bd9b6383f43fd713fd897fa3c029a0a3f342dc33eaa1fd83e2403633e1adbfd3e47686c3e2551eb3e2e0bb03cca730e3f365e3e3e75255c3f0657aa3eaa10363f691ed83e25992b3faf6b163f65a0583fdac8163fd490783ef720d43e137e0c3f1aab2c3f94bfe03e0448473fbb58c93e3247f23cd910343fe4da173f05702e3e60697b3f5e240a3f94bf6d3ee7d4733f5013eb3e7c490c3fa613bb3b5d0b523fa2913d3f1ac8043f8f28da3efcb85e3fb4a24c3e1b48f83e2031b13e019d1f3f3892ea3e951d6b3e3a9f153f7f664c3f0a02513f977c573fa976aa3df68c6e3c748c7f3e08f31f3f145e8e3d6702073f71bb8b3ea7cee83e1d92f23ed0eac53e608d403e815a663ff31b563e8329513f9e58923c9a05383f0961343f9a710b3f90c0793fde3f043f8404263fa46a133fcd85213fe1e2983e0323603f9ac75b3f3575703f8814d53eccf00a3c5d4e1b3dd052763f2da22f3e5549793f8d45023feda0b13e4b952c3f0ac7463e317c2a3fc7e5ff3e96225f3fbd37943ca1cda73e0d5f483f7c245a3e9473563f150db03e74e62f3f444a7c3f16b8393f4dc42d3e56145a3e49a7193fa778bc3e2c1a953e999e1a3fce23633f82190d3ff54e203d36bd5d3ff818543fd57c1d3f698ec13e4d15653e0090883e967f103fbb60ea3ecb79493fcddc4a3c5cc4bb3d4c93623f7362753e188fd73e90662b3e34773e3fdb27693f3963783f428a963eab3af43ec3ec263ffe212c3c5052973e0652e63eaff3803daf45783fec11e43d97281e3f5cfc0a3ffb6d293f72a60a3f5a4b7c3e47c38f3e7153e53e31ba243fceecc73e308ca73ed3dd583fd3099b3e5b520b3f0091183f6fe7a63c7520943d9a3c913d67a8223f9fcc4a3f90d65c3fb05d003f45ea9d3d6166313e23227c3fbbbaa33efbac033f4144963ebb14113eb816023dcb30673f3b3b683ff9053f3f3b6e363ebdaf213e8cf32a3f97eb833da5e94e3fba970a3f3518e83e0b66ad3e57f4c73c9757d53ef7447f3d5a9a0d3e74aa843e17accb3e31c91c3f1303f53bf53a003f146be03e783e3b3f1c7afd3ead76663edd760f3f93ab70726564696374696f6e7300c408000000000000000093a5706169727300c40100');
INSERT INTO public.evidence_blocks VALUES (2, '019b7727-8f80-7000-bd5a-829d1a535cb7', 200, '\x01b38f44acff3b43fd7307caaae5ff143497a4726f7773d92430313962373732372d386638302d373030302d626435612d383239643161353335636237cf0006474972888c00cf0006474972888c00ccc891931e92cb3fe0000000000000cb3fe0000000000000c09793a6706f696e747302c50640c33df977b17d58873388cea83dd93ba22aa9d422defe765b0271875ce4adcea92b8666870808348f0401cc579d32122517f4dc2ea953fbd72d2d9603da46ac43ea0126427f3abc5d3018def4a4b404a6956a1ef76b412e8c3d228b8a4e1d1b1da7d9bed12e1b893676409251e405fcb83272cb2dcac6f94c583b0aab12968a8bb8e4248948281184eed59632efd3294df934222046610d7e9bb245513bf659f317e4d09143e8f20a40602aadabd3bcc1742181de6863ffe3336b627774843f495d54c21f648f9cced8ee6f41fe96dd1770bb2dda9b0e3d21875c3b5681f03aeb1c9afd8cde175d0f09847d54d776690c08f7ce58cf206072d2b98705cd377d37b9e62ebeed7d7578893b2fb2bd38af12ddfff0e5483ab18231f002db83c60a8d62aa1604ee284767034ab8ecfe2b78d20bb4e2e09c41d672def1a5d9b7ea1d41872e69e50ae51ce566b71d0b4946d08684da31a8be7b9bb336d93cfa7cf4e2c293b3e8945911a0981303e6419fdd4a1605b800e389213bf012ebb88e0ece7a9e74f1ef76fc5cc4ac1c84e3576f98c20776c18ba8bb6970fb9a823884c4a346666214e385c4fe3098194da0842e02e604dd0e461aa58a501a3b71e77fbaab585734506c625beefb7f0c87f60d863c47c9799bbda8faa518cdbc8e7759849f002c2ecf97856966b300d6463bc39397c085b87fa8943f0f86ba33444359bea5f6356976f552a9464e8cf338de8bb8fa9798d7135721bd0c3fe6c3ba67aa418e0813b7e8a55c2ed010848d5cd2cadba014912d1c0a987ebaefc0268dd5f673c6ba4836a6819df9533d2fb697e7492d08711daac444c54dec3c5c85039a8cc9343c25ae2d7b47644e489ed10d17d686dcf94536f13d7ac6f719a7711903d528cb5f2a99306cad9aab8fd97f0243f4de039a53a149213cdf0de342b40086c3e09705626a9c63ec98ee065c067ce638814326fb281c0374c4e2a0ef505242589632340affc865879d1d3df624e596ee7d461016fd0538217c91934dcf473172b485cc9a2808741c1176ce1569551e6857ac327749eda38a3ce651c23bc2e25a87dd512e434d345250ca80c7ab306b9a556db803a40075b6f01c2cfa9c031ba5590fa5b474e69358727c1075fc3441ece2eb92ca682bf83925f8ed132446935149e3f842ece3b81d0f4ab14fc27f709ef78b98c439b1859398bd3a9ff2916402a5531d5f474305a740b261633118dca43ce6d7dc638ffc1909d89c5ed522f3da49af3dd3f82fb275ade17f2bd0aba71cb4a4afaaf1a1bab15e1ada3cb2725eb5f77677d8df77177b19de791c97362831c64333ed4c874b53352c8c29fe60d611d28e04683af00feb3599e89facf0850bfca31dd314c3c98e04233ee00603ace46fd596f65856a448ba8ab0fe3b83bd8485a9fd7039b3288a9d182452535925141797c360f9c37da79452b4b6ee99604f5a9e4529719be1cf1f38aa940ccb4b572f831dc99236d2dd0dbdcf4673cba4961ccf56b07506f0795270004ea4ae0765b61c4538410727e71e623253aecad0ddec6a449861603835541917c1788be1837ae5703ca0619832faca8ee59562b04efd0ef146eb1e40c2b72bdabcc8caf98ac0ffed2c1dd681b3512010bba26ba40f647093bcea5bebd25cb524ff8c440eaa809e26c0cc734d3e71d42549e8b215ecd6d658609fdee03f9e00ef4c4909930a54a7721502095408baa0a8fd52d90c9639a3437f3749c60564658e799a89c6a18d9e7285ad16df8b037c9f61b40c45cfb027d652141edc0c346d176c760123c2f511632def3ed7249e8db05e4261e5c4af26dc6c87886e84228e0c939219faf64e9e45bce6345c3a6f4c2000f3773015647b9f5c5a08673d8088155e4dac17f67d58cae0cf2761cce78b780c742804101bc5912a4a00023e22276b360e597311d9ad0ca2028a2c51d69c92de860101e3042f55e94b29e5a3685d830b4294abaa3446028c01c8aebc383d449b6bd2bda25fe4e7eb52ce8b23b2d6b2a69e40e9f08ee05370ec719aa164b4b9759ec8543112141217c8206e120d32dee568edf258b509ed13e57e2e7850f92bc87ef2c8275ee2af14e2241497d096b997210bd64539c1f9b516253d1e6effa67f5fa2df9c37f7892c127f53854b6bc781f46150d9587a748093d70c228c75e8e291d159ae7bf2d26d3d9ca45b3faea41c392e9b2bf41756a78c83f35092daa08defaefbda21fa9f217aa76b967ac5aaf713b9336cf6da075693a461726d7301c46d28b52ffd20c8250300e800000100000100010100000101010001010100000001000100000100011f003607343540e800c02e3ccc009e03392fc0dc136ea80ccc3c28da600a0e7202640edc3c00166a66b06a21d7c0a6805d82cf063a05c83c0c0c856a81a7ccca0160d8dbf20593b07265766973696f6e5f696e646963657300c402000093a973756363657373657301c43c28b52ffd20c89d0100900001000100000100010001000000000001000f006001b4075800032903e01e281851870022061c061e01899db9806002600193a96c6174656e6369657302c50320d2ee6a3f777b253f8989923ddd9e603f671a443f84a49f3e7b57593f4387333f4036183fdd87653f4e3c123f0b4e803ee4cb113fa589553d5b97373fb2da033f79da3a3f4e317b3f00e2203f62b1693f16770e3ec888573fec4d333f709f6c3fd0c3c33ee6a7dd3ea6a3a63eacac683f2c18f43dc002d13e9148973e44e43f3f1465423ee850ac3c680a1b3f7a90533ec2d60a3feef2153fa3fb2e3ffd034f3fd49d0b3f010f5b3f360f123fab6e913e8abb4e3fc64c3f3fa806773f9838793f5818003f5a5c9f3ef3b0b63e10705d3ab32be63e847ecc3e26f42e3f96cd253fd8ce503e5f248e3ea9b4613f4ace023f5754ec3ee863d13ecfd27c3f7c662e3ebfec073f16a3663b900bda3e937a5c3f56dc3b3f9eaf3f3fadea3e3f2e14263f2b62d03e4b3c223f3250483fde7a443f95ff1a3f7577873eabba5f3f3bb81b3e0816f83ed5e8393dc8a73e3fcdd9b53eb1b8a13c6335723ff2c8cd3ee2e01a3f7eb1543e71c3893e49a7543fc885bc3e0e9a3c3f662f273f11a4503f18131c3fa0a00f3f362e4a3f0ac7a83ed6ba763fcb02583fa43e663f1c10a23ec2f7423f6075423ec99a293e771ce33e736e3a3fc522863e55f20d3e603b373f335a403f36d9373ff5699c3e9d44cb3e48bfcc3d66af623d638d633fad2f0e3dfa9d503f4cf91c3f8f7e563fa850313f3ba6cc3e5c7bc13e4e476d3ebcd6ec3e27fe583e2105a93e25d4683f084f3d3de08a5b3fed2bc43e1d396b3fa849613f79ed1b3ef3b9783c11312a3f804cc23ed3ffec3e25f5673fb13f793d8e5e2f3da982f03d6649e23c0a9f3e3fbc7a583f0387c73e5e37783f0aed783e0a676f3fb400b33e0b6d0f3f4a0e793ddd46d33e944e613f1b92293fcc473e3fbd90403f97f5793f7a2c6b3f70275a3f8cd0ba3da236f03e7a147c3f180e083fae47033e6128353f47afc93c5d17b93d31b0af3d9cbac43ea15ca03e16694b3fa1195b3f5d83d93e2fa30e3f4865ad3ed3cf743fa066d63d6fb0e53e6329383f7f87333fe495653fab28953ec39ebd3e366fc73d052d133f7aa0503fc196a03e1a8ab43e999e3f3f5ab0063f4c176a3f87b6a73eb8ba7a3fd0b2693fad41783fd9e96c3f6f264d3f93ab70726564696374696f6e7300c408000000000000000093a5706169727300c40100');


--
-- Data for Name: experiments; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.experiments VALUES ('019b7727-8f80-7000-bd5a-829d1a535cb7', 'n', 'n', 'running', '{"allocation":"fixed","alpha":0.05,"arms":[{"name":"control","share":0.5,"version_id":"019b76fa-b320-7000-8252-d362151b2621"},{"name":"b","share":0.5,"version_id":"019b7701-1bc0-7000-958b-83d9b8b3e878"}],"covariate":null,"horizon_units":10000,"metrics":[{"higher_is_better":false,"kind":"event","name":"errors"}],"minimum_units":100}', '{"ended_event":0,"reason":"","shares":[0.5,0.5],"started_event":30,"winner":null}', 1767230640000000, 1767230640000000, '2b4e8a967f4c8aa51e1dddb86c48f0ee');


--
-- Data for Name: leases; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.leases VALUES ('rollouts', '3cb9b0b0911b4556bc64a4c02ba96138', 1, 1767231845000000, 0);
INSERT INTO public.leases VALUES ('alerts', 'b3d12c73491144eba4299fb05c2c0327', 1, 1767231845000000, 0);


--
-- Data for Name: model_policies; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.model_policies VALUES ('m', '{"on_finding":"warn","production_rank":null,"signing":null}', 'b0a43aecd347dfd0325e14c162886e62');


--
-- Data for Name: models; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.models VALUES ('m', 'm', 1767226020000000, 5, '{"semantic":"1.0.4"}', '1c61c64af180c24ec7efa0d4c801f4bb');
INSERT INTO public.models VALUES ('n', 'n', 1767227700000000, 2, '{"semantic":"1.0.1"}', '2a6a9306c4c250d8438a970beb2e3480');
INSERT INTO public.models VALUES ('guest', 'guest', 1767225600000000, 1, '{"semantic":"1.0.0"}', '27bd86b6f915b4db3086c13824d0514c');


--
-- Data for Name: packs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.packs VALUES ('\xbee138ff98da115fa2330417c57b0682404e7f57f66e510ba93792fe85c5fb11', 905);
INSERT INTO public.packs VALUES ('\x8de07d5fd462ebfeb7991c8e6d1a01ce66b76587284f4e10d046af0769cefc8b', 879);
INSERT INTO public.packs VALUES ('\x1625f163bc00d5701e7cd7015e8c08060c7b09874424005d43cf68c4dfbea812', 885);
INSERT INTO public.packs VALUES ('\x53770eaa813bf6aeb3673367bf3e54e6aa67378011a04965fc76e51b4b4663cc', 585);
INSERT INTO public.packs VALUES ('\x2d3fe718dfd3cb20e57639e8a1cb26b56c5c404ea70ad84b89f11b6be262d3e9', 766);
INSERT INTO public.packs VALUES ('\x41b8ce6eea8983101f4ca41a8f0d51d5a484a8895ac898b6be744f5c8bee7cfc', 832);
INSERT INTO public.packs VALUES ('\x0b8abb51348500fb7ad071eb14f629814c85ad2a3ffab0341311185ecdd98e36', 766);


--
-- Data for Name: removed_versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.removed_versions VALUES ('019b76e7-7940-7000-8672-9761fd008b8e', 'm', '1.0.1', 1767226440000000, '019b76e1-10a0-7000-9d72-3f82d3cdd19b', 1767230220000000, 'ada', 'deleted', 'm/019b76e7-7940-7000-8672-9761fd008b8e+20260101T011700000000Z', 'bbaad1639d19304708e2d32fa51331f7');


--
-- Data for Name: rollouts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rollouts VALUES ('rollout-019b7721-26e0-7000-a302-387a54a0cbd4', 'm', NULL, '019b76f4-4a80-7000-b9ec-2aa923702781', '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'aborted', 0, '{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}', '{"at_gate":false,"canary_units_before":0,"decide_by":1767835020000000,"reason":"no","since":1767230220000000,"step_started_at":1767230220000000,"told_before":{},"verdict":{}}', 1767230220000000, 1767230220000000, 'd69b4973e5cb758568273507dfb4f504');
INSERT INTO public.rollouts VALUES ('rollout-019b7727-8f80-7000-afe9-a01cdf141d57', 'm', 'm', '019b76f4-4a80-7000-b9ec-2aa923702781', '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'running', 0, '{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}', '{"at_gate":false,"canary_units_before":0,"decide_by":1767835440000000,"reason":"started","since":1767230640000000,"step_started_at":1767230640000000,"told_before":{},"verdict":{"decision":"wait","evidence_until":1,"looked":{"canary_units_before":0,"elapsed_seconds":0.0,"is_last":false,"step":{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},"told_before":{}},"metrics":[{"better":false,"e_value":0.4613959684650962,"effect":"relative risk","events":[17,7],"harmful":false,"high":4.566506654680713,"low":0.24854674278124061,"name":"errors","needed":20.0,"not_inferior":false,"sentence":"errors: it is 0.25 to 4.57 times that of stable (95.0% sure), 7 of 59 against 17 of 141; the margin is 1.5","told":[141,59]}],"sentence":"no harm found; the step goes on until 300 s more have passed and the canary has served 41 more units","split_e_value":1.1277850271542444,"unasked":[],"units":[141,59]}}', 1767230640000000, 1767230640000000, '74d1f85375c5622e8eddfb59e5078a4e');


--
-- Data for Name: routing_tables; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.routing_tables VALUES ('m', 29, '{"arms":[{"name":"stable","version_id":"019b76ed-e1e0-7000-8816-d76a37e7c3de","weight":0.75},{"name":"canary","version_id":"019b76f4-4a80-7000-b9ec-2aa923702781","weight":0.25}],"claims":[[0,4611686018427387904,1]],"model_id":"m","overrides":{"tester":1},"revision":29,"salt":"95e2d6fec9603bec321b137c8cc36c51","shadow":null,"split_id":"rollout-019b7727-8f80-7000-afe9-a01cdf141d57"}', '9cb11bed5c3ca2e6b02c9554475d028c');
INSERT INTO public.routing_tables VALUES ('n', 30, '{"arms":[{"name":"control","version_id":"019b76fa-b320-7000-8252-d362151b2621","weight":0.5},{"name":"b","version_id":"019b7701-1bc0-7000-958b-83d9b8b3e878","weight":0.5}],"claims":[[0,9223372036854775808,1]],"model_id":"n","overrides":{},"revision":30,"salt":"41494cda83cb975b91c9e68bb6b4e004","shadow":null,"split_id":"019b7727-8f80-7000-bd5a-829d1a535cb7"}', 'a0bd1b718075dc2a730dd887004d9f5c');


--
-- Data for Name: stage_pointers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.stage_pointers VALUES ('m', 'staging', '019b76e1-10a0-7000-9d72-3f82d3cdd19b', 13, '48cbe45480453a1277d0959c408b19c7');
INSERT INTO public.stage_pointers VALUES ('n', 'production', '019b76fa-b320-7000-8252-d362151b2621', 16, '5329979041b1bc0096f5053fd79a969a');
INSERT INTO public.stage_pointers VALUES ('m', 'production', '019b76ed-e1e0-7000-8816-d76a37e7c3de', 18, 'd0bb2b0ec43152f268794a00cdd5103e');
INSERT INTO public.stage_pointers VALUES ('m', 'canary', '019b76f4-4a80-7000-b9ec-2aa923702781', 26, '392e467055a95f2b3779c1ad499c2a44');


--
-- Data for Name: tracked_buckets; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_buckets VALUES ('019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 60, 1767230640, 'm', '\x789c9bc968c3c06023d7b23c27b124352fb9f2c84246c60c8dfe8f734edbb7543d745f27527d568001ce3e6dbf71e5efe739ddce0c40707692f3910246061630628621260cc4084670060ca1b2c0188940a21919991014c31186e58979c5e5a945c547241899b31b2c9ba7394c5a9c9c58b238253ffd08938608d03f2b93f3f3d24a8b33f3f38e4832b24c3920de3e15490d8b0817033b03c33a8831f1c9198979c9a9c54719c519d9448243dba6ae2f284a4dc94c2e494d894fce492c2e9e7c4481a18a91811d0931a3720d8f18815440c38089819d09111ecc38c40d8f5830543181442172c4330ce79c76309ebbdc7817cb93d30ed2332304927c2f9f668002a2180e623086148c21874b31c3e1c6c589e9a947f4189956fc5cc435dde6b4836d0354d3c54907d00cf66d80321b37989a992499a4195b5aa4a5991a585a1a35ae4e4b4d2c292d4ab50219c722a9ccc00800ce3478f7');
INSERT INTO public.tracked_buckets VALUES ('019b76da-a800-7000-a227-6e0bd3417afa', 'none', 60, 1767225600, 'guest', '\x789c9bc9c8c8c0c0c8d0b43c27b124352fb9f2881123e395cb670fcd396ddf52f5d07d9d48f5590186d3f653206c38830108ce4eca3802d47d846179625e71796a51f1116146e6c5bb25fca6394c5c9c9c580294049addd00000b3ff2667');


--
-- Data for Name: tracked_copies; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_copies VALUES ('guest', '\xd28965ad23203319fd57484f55b77fd8');


--
-- Data for Name: tracked_predictions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_predictions VALUES ('\x6088de1ecf4b47600f3b8eaa2dd034e2', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.5, '');
INSERT INTO public.tracked_predictions VALUES ('\xea763fb1a2c2fc9f748b17b640556383', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.505, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x1c6a524586e98f2c198e4470d46c7f5b', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.51, '');
INSERT INTO public.tracked_predictions VALUES ('\xe61bacdb7dd2dbc69c4423fed67eaf51', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.515, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xb31261530f69a7051f49acc733599a78', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.52, '');
INSERT INTO public.tracked_predictions VALUES ('\x8983087584e0a7134ff3ffcc2624530c', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.525, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xb4008d09281cd0da37790449afc3de9d', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.53, '');
INSERT INTO public.tracked_predictions VALUES ('\xf1d699cc9d15407df61de225ff1756af', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.535, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x7d7463a50929683b438e8edd8007df35', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.54, '');
INSERT INTO public.tracked_predictions VALUES ('\xb8f58d19163d9f2d792f6e75e73e40b1', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.545, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x833fa3c7bd4a4fb98dbdd59d77246c36', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.55, '');
INSERT INTO public.tracked_predictions VALUES ('\xe6e1cedc858d8f462e58c659a064e476', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.555, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x598aa1678b7005b470d8300b4476c846', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.56, '');
INSERT INTO public.tracked_predictions VALUES ('\x590f21644f391ea48ca914d4fc821e31', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.565, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x8c2c2cb72551228fee78a443e422ca08', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.5700000000000001, '');
INSERT INTO public.tracked_predictions VALUES ('\x5744394c67f9c926cb9bb6d3852bd79b', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.575, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x55144a2491070e16cf50f6bef5a203dd', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.58, '');
INSERT INTO public.tracked_predictions VALUES ('\x939265eafa24585c403057ff0d27ca6a', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.585, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x85fefbdb5c27a79d22eb793886be792e', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.59, '');
INSERT INTO public.tracked_predictions VALUES ('\xb67d599c0ecd825f93f3413f557c6266', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.595, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xdb30e7ce926b7bfe8a00da70af97ec92', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.6, '');
INSERT INTO public.tracked_predictions VALUES ('\x7ba681570ef44e4c9ae86c3dd9734c71', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.605, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x00c02aa49a1afcd1944d1e4c11af6b93', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.61, '');
INSERT INTO public.tracked_predictions VALUES ('\xb7e571e2b3dc0eddc5d7a7153a960fe0', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.615, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x52b5dd815c0c58b9e2fb1662e84107a7', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.62, '');
INSERT INTO public.tracked_predictions VALUES ('\x9e27c6bfb7bb254947729bcee22c437a', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.625, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x11339b0b84617cf62ecac67e7d8ab3a8', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.63, '');
INSERT INTO public.tracked_predictions VALUES ('\xffe2935a5fafad78b8b03c23efbdf553', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.635, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x7bdd7d2497f928b94d62665e44ae58c0', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.64, '');
INSERT INTO public.tracked_predictions VALUES ('\x85075489514093149d7d3ddde71f7501', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.645, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xe0afe4dc24cee009a20c254c44ab9a78', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.65, '');
INSERT INTO public.tracked_predictions VALUES ('\xba0f6bf4a51ef609f9432444dc487ff7', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.655, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x17085f86dbaecf72cc1d469ddf110714', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.66, '');
INSERT INTO public.tracked_predictions VALUES ('\x782a92f9e24653013b69a7b3cf52268e', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.665, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xdc4dcb274f9179c1e38189eceda3ae48', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.67, '');
INSERT INTO public.tracked_predictions VALUES ('\x4f1cdc2ac24244e3c0229332de9c4a8e', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.675, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x850858f438f2581356a2542fb22f2639', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.6799999999999999, '');
INSERT INTO public.tracked_predictions VALUES ('\xdb0306d5442179463e612f8db9bb96f2', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.685, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xa0bb78f0f662f8538f6929997c51b02a', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.69, '');
INSERT INTO public.tracked_predictions VALUES ('\x757d6675ebdb32fd4af93cace143e522', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.6950000000000001, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xcc824dc7d35b1603ae7f1c28afde6df2', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.7, '');
INSERT INTO public.tracked_predictions VALUES ('\xc4b978a32f6f09aaab58cdc23abca313', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.705, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x16d710bb10432f23312c0734d1fbf80e', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.71, '');
INSERT INTO public.tracked_predictions VALUES ('\xceb01fde4f70d0413c9201f85a7bcf1a', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.715, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x738454f41df6037e6c2991dd40d2d18e', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.72, '');
INSERT INTO public.tracked_predictions VALUES ('\x4dc9054672e0441daf4b7e366294ddd0', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.725, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x71adcf3c2d72c272cbc4e10804365a67', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.73, '');
INSERT INTO public.tracked_predictions VALUES ('\x7b9f5708adefb64b0e2c354171bd6a3a', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.735, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x86894890a06eef1df98b4d930a70e2ef', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.74, '');
INSERT INTO public.tracked_predictions VALUES ('\xc5b3c8f2126975a4178af989734e7b93', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.745, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x206e3c5d490b394ceb989060be88bc3f', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.75, '');
INSERT INTO public.tracked_predictions VALUES ('\xb6f88a5e8470add961b1c2fb7b6ffc7f', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.755, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x96b3a4edbe95e8ed029ba48fd0b8300d', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.76, '');
INSERT INTO public.tracked_predictions VALUES ('\x4e53744510b13238840677c05570dceb', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.765, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xb4cac633e3dc5cb7cfdf3454d539a780', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.77, '');
INSERT INTO public.tracked_predictions VALUES ('\x9ae24068e512be6202f1bf262e4cc0a2', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.775, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x284b6510ef6a60c1ceeb563e1d62d2fb', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.78, '');
INSERT INTO public.tracked_predictions VALUES ('\x4585617d65444b83b9e8526f24539555', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"dog"', 0.7849999999999999, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xf03095781ddd49c9a8d5055df3f43f40', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.79, '');
INSERT INTO public.tracked_predictions VALUES ('\x815775e718abd406b13056fe4d9f0861', 1767231840000000, '019b76ed-e1e0-7000-8816-d76a37e7c3de', 'production', 1767230640, '"cat"', 0.7949999999999999, '"cat"');


--
-- Data for Name: tracked_references; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_references VALUES ('019b76ed-e1e0-7000-8816-d76a37e7c3de', true, '\x7b22666561747572653a616765223a7b226564676573223a5b32352e305d2c226b696e64223a226e756d62657273222c227265666572656e6365223a5b32352c32352c305d7d7d');
INSERT INTO public.tracked_references VALUES ('019b76da-a800-7000-a227-6e0bd3417afa', false, '\x920181aa70726564696374696f6e91a3636174');


--
-- Data for Name: version_cards; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_cards VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', '# A card with ''quotes'' and ünï', '72d4589a2ad5a372cf9c45587c7af4b4');
INSERT INTO public.version_cards VALUES ('019b76da-a800-7000-a227-6e0bd3417afa', '---
tags:
- "modelkeep"
---

# guest 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76da-a800-7000-a227-6e0bd3417afa) |
| Created | 2026-01-01T00:00:00+00:00 by ada |
| Format | json |
| Size | 7 bytes in 1 files |
| Licence | not stated |
| Task | not stated |
| Datasets | not stated |
| Tags | none |

## How to load it

```python
import modelkeep

mk = modelkeep.connect("model_versions")  # the folder of the registry
model = mk.versions.load_model("guest@1.0.0")
```

## Metrics

Metrics: not stated.

## Training configuration

Configuration: not stated.

## Dependencies

| Library | Version |
| --- | --- |
| python | 3.11.7 |

## Lineage

Parent: not stated.

## Files

| File | Bytes | SHA-256 |
| --- | --- | --- |
| model.json | 7 | 2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd |

## Intended use

Not stated.

## Limitations

Not stated.
', '2973cc7271ba4082513bdacf12182f43');
INSERT INTO public.version_cards VALUES ('019b76fa-b320-7000-8252-d362151b2621', '---
tags:
- "modelkeep"
---

# n 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76fa-b320-7000-8252-d362151b2621) |
| Created | 2026-01-01T00:35:00+00:00 by ada |
| Format | json |
| Size | 7 bytes in 1 files |
| Licence | not stated |
| Task | not stated |
| Datasets | not stated |
| Tags | none |

## How to load it

```python
import modelkeep

mk = modelkeep.connect("model_versions")  # the folder of the registry
model = mk.versions.load_model("n@1.0.0")
```

## Metrics

Metrics: not stated.

## Training configuration

Configuration: not stated.

## Dependencies

| Library | Version |
| --- | --- |
| python | 3.11.7 |

## Lineage

Parent: not stated.

## Files

| File | Bytes | SHA-256 |
| --- | --- | --- |
| model.json | 7 | f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0 |

## Intended use

Not stated.

## Limitations

Not stated.
', '176785b9ef47eef3f14bdf3eb6b7fd14');


--
-- Data for Name: version_files; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_files VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'model.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 7, '7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO public.version_files VALUES ('019b76ed-e1e0-7000-8816-d76a37e7c3de', 'model.json', '77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78', 2017, '570a7c7f45e116ece9c85d692b6a01d83ae4973bf237067e9b19a4a75a66f76b');
INSERT INTO public.version_files VALUES ('019b76f4-4a80-7000-b9ec-2aa923702781', 'model.json', '47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6', 3017, 'f214e79ad193865a36c9102897a28f60480daa5ef16651742ef5e10f5e74f8bf');
INSERT INTO public.version_files VALUES ('019b76fa-b320-7000-8252-d362151b2621', 'model.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 7, '7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO public.version_files VALUES ('019b7701-1bc0-7000-958b-83d9b8b3e878', 'model.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 7, 'd88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');
INSERT INTO public.version_files VALUES ('019b76da-a800-7000-a227-6e0bd3417afa', 'model.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 7, 'd88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');


--
-- Data for Name: version_loads; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_loads VALUES ('019b76da-a800-7000-a227-6e0bd3417afa', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76f4-4a80-7000-b9ec-2aa923702781', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76ed-e1e0-7000-8816-d76a37e7c3de', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', 3, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b7701-1bc0-7000-958b-83d9b8b3e878', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76fa-b320-7000-8252-d362151b2621', 2, 1767231840000000);


--
-- Data for Name: version_metrics; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_metrics VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'accuracy', 'm', 1, 0.1);
INSERT INTO public.version_metrics VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'loss', 'm', 1, NULL);
INSERT INTO public.version_metrics VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'rows', 'm', 1, 1000000000);


--
-- Data for Name: version_signatures; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_signatures VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', '5c8b85799e15c2c47dde8dc9779c2f9b8ec011e00d9752e08e9dd9d490c45f35', '{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY3JlYXRlZF9hdCI6IjIwMjYtMDEtMDFUMDA6MDc6MDBaIiwiY3JlYXRlZF9ieSI6ImFkYSIsImZvcm1hdCI6Impzb24iLCJtb2RlbF9pZCI6Im0iLCJvcmRpbmFsIjoxLCJwYXJlbnQiOm51bGwsInNpZ25lZF9hdCI6IjIwMjYtMDEtMDFUMDA6NDI6MDBaIiwidmVyc2lvbl9pZCI6IjAxOWI3NmUxLTEwYTAtNzAwMC05ZDcyLTNmODJkM2NkZDE5YiIsInZlcnNpb25fbnVtYmVyIjoiMS4wLjAifSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vbW9kZWxrZWVwLmRldi9wcm92ZW5hbmNlL3YxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImYzMDEzZjkzM2I5ZmI4MGFiNmQ5OTVlN2FkOWRhMzZmNjgzODM3YmExZDgxZTk1MGM5NDNkNDAxMTFlYWMyZjAifSwibmFtZSI6Im1vZGVsLmpzb24ifSx7ImRpZ2VzdCI6eyJzaGEyNTYiOiI5YzAzYWVhYzRhZmFkNDJkMTVlM2EwYjM4ZTEwMzNhNDBlYmVkY2JhNzZjMDgwZTJkZGZkOTEzMTk1YjJiMTNlIn0sIm5hbWUiOiIvbWFuaWZlc3QifV19","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"9cd27209b6f65d40202dcc5f3b66850799053c35d3efc421b3d84a8c03e28552","sig":"yLKdLqCC4YT6gDbrbZmkq0QvXmwjEACZmJ0bOG1iWkyBdDEHUuuZsJXZO+nzYCdoQzgtyr6JWYONaELgbobaDA=="}]}', 1767228120000000, '6f6e1cc50409cfdf08d6dad6050e4d37');


--
-- Data for Name: version_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_tags VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'x', 'm', 1);
INSERT INTO public.version_tags VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'ü', 'm', 1);


--
-- Data for Name: versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.versions VALUES ('019b76f4-4a80-7001-bb18-be99f41dc599', 'm', '1.0.4', 'training', 'development', '', 'versions/m/019b76f4-4a80-7001-bb18-be99f41dc599.json', '', 1767227280000000, 1767227280000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 0, false, 5, '', '1141c2b09cd0dd85e4eaa7931283508db3e89d6c95029cc6483406f506d573db', '65389435c939f1e4c82adc66b152614d');
INSERT INTO public.versions VALUES ('019b7701-1bc0-7000-958b-83d9b8b3e878', 'n', '1.0.1', 'ready', 'development', 'files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'versions/n/019b7701-1bc0-7000-958b-83d9b8b3e878.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 1767228120000000, 1767228120000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 7, false, 2, 'json', '3e4acbd11dfadf365831f1256e6220991cc01c9c9d46dcac5d850f572431ebcb', '02728b9e96fe19207b658b6aa67e8c0e');
INSERT INTO public.versions VALUES ('019b76e1-10a0-7000-9d72-3f82d3cdd19b', 'm', '1.0.0', 'deployed', 'production', 'files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 'versions/m/019b76e1-10a0-7000-9d72-3f82d3cdd19b.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 1767226020000000, 1767230220000000, 'ada', 'zwölf
''', '["x","ü"]', '{"accuracy":0.1,"loss":"NaN","rows":1000000000.0}', '{"python":"3.11.7"}', '{"note":"ünï"}', '{}', NULL, 7, true, 1, 'json', 'a3db0e54ab0b397a8f1bdf7f6cde732f56d3e237518ec66a3627c2be61ea7852', '30d42a49564d505130feeffd2fbbcf3d');
INSERT INTO public.versions VALUES ('019b76fa-b320-7000-8252-d362151b2621', 'n', '1.0.0', 'deployed', 'production', 'files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 'versions/n/019b76fa-b320-7000-8252-d362151b2621.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 1767227700000000, 1767229800000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 7, true, 1, 'json', '27bf694e92be4a2152a6fa0f96bafdb6789c8506987efe07856fa7a363ad44e6', 'c777ec0d563d3938e5d33f289282ada9');
INSERT INTO public.versions VALUES ('019b76ed-e1e0-7000-8816-d76a37e7c3de', 'm', '1.0.2', 'deployed', 'production', 'files/77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78', 'versions/m/019b76ed-e1e0-7000-8816-d76a37e7c3de.json', '77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78', 1767226860000000, 1767230220000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{"replicas":2}', '019b76e1-10a0-7000-9d72-3f82d3cdd19b', 2017, true, 3, 'json', '3ae9e6d85a13324dd130c317f8e985ee37e9df6ebb28adc4266e13f084e6cc4f', '055591660216a8d987a3efecf65f02d1');
INSERT INTO public.versions VALUES ('019b76f4-4a80-7000-b9ec-2aa923702781', 'm', '1.0.3', 'deployed', 'canary', 'files/47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6', 'versions/m/019b76f4-4a80-7000-b9ec-2aa923702781.json', '47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6', 1767227280000000, 1767230640000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', '019b76e1-10a0-7000-9d72-3f82d3cdd19b', 3017, true, 4, 'json', '01f03bd92a4bf38e644364ddc24daf803828b08900fa0722e7f4f1086fca95b6', 'ab9a40798a2256138113664999a8fc42');
INSERT INTO public.versions VALUES ('019b76da-a800-7000-a227-6e0bd3417afa', 'guest', '1.0.0', 'ready', 'development', 'files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'versions/guest/019b76da-a800-7000-a227-6e0bd3417afa.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 1767225600000000, 1767225600000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 7, false, 1, 'json', 'accd5fa0b4b32b8d1f9451f5786757e000e63e316f579ca544b4fd5e17d721ef', '885a270a0b563066e2b7d619a77e8f8c');


--
-- Name: events_event_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.events_event_id_seq', 37, true);


--
-- Name: evidence_blocks_sequence_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.evidence_blocks_sequence_seq', 2, true);


--
-- Name: abort_requests abort_requests_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.abort_requests
    ADD CONSTRAINT abort_requests_pkey PRIMARY KEY (rollout_id);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: alert_rules alert_rules_model_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alert_rules
    ADD CONSTRAINT alert_rules_model_id_name_key UNIQUE (model_id, name);


--
-- Name: alert_rules alert_rules_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alert_rules
    ADD CONSTRAINT alert_rules_pkey PRIMARY KEY (rule_id);


--
-- Name: chunks chunks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chunks
    ADD CONSTRAINT chunks_pkey PRIMARY KEY (chunk_blake3);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (event_id);


--
-- Name: evidence_blocks evidence_blocks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence_blocks
    ADD CONSTRAINT evidence_blocks_pkey PRIMARY KEY (sequence);


--
-- Name: experiments experiments_open_model_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_open_model_id_key UNIQUE (open_model_id);


--
-- Name: experiments experiments_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_pkey PRIMARY KEY (experiment_id);


--
-- Name: leases leases_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_pkey PRIMARY KEY (name);


--
-- Name: model_policies model_policies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_policies
    ADD CONSTRAINT model_policies_pkey PRIMARY KEY (model_id);


--
-- Name: models models_name_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_name_key_key UNIQUE (name_key);


--
-- Name: models models_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_pkey PRIMARY KEY (model_id);


--
-- Name: packs packs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.packs
    ADD CONSTRAINT packs_pkey PRIMARY KEY (pack_blake3);


--
-- Name: removed_versions removed_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.removed_versions
    ADD CONSTRAINT removed_versions_pkey PRIMARY KEY (version_id);


--
-- Name: rollouts rollouts_open_model_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rollouts
    ADD CONSTRAINT rollouts_open_model_id_key UNIQUE (open_model_id);


--
-- Name: rollouts rollouts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rollouts
    ADD CONSTRAINT rollouts_pkey PRIMARY KEY (rollout_id);


--
-- Name: routing_tables routing_tables_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.routing_tables
    ADD CONSTRAINT routing_tables_pkey PRIMARY KEY (model_id);


--
-- Name: stage_pointers stage_pointers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stage_pointers
    ADD CONSTRAINT stage_pointers_pkey PRIMARY KEY (model_id, stage);


--
-- Name: tracked_buckets tracked_buckets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tracked_buckets
    ADD CONSTRAINT tracked_buckets_pkey PRIMARY KEY (version_id, stage, width_seconds, start);


--
-- Name: tracked_copies tracked_copies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tracked_copies
    ADD CONSTRAINT tracked_copies_pkey PRIMARY KEY (model_id);


--
-- Name: tracked_predictions tracked_predictions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tracked_predictions
    ADD CONSTRAINT tracked_predictions_pkey PRIMARY KEY (prediction_blake2b);


--
-- Name: tracked_references tracked_references_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tracked_references
    ADD CONSTRAINT tracked_references_pkey PRIMARY KEY (version_id);


--
-- Name: version_cards version_cards_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_cards
    ADD CONSTRAINT version_cards_pkey PRIMARY KEY (version_id);


--
-- Name: version_files version_files_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_files
    ADD CONSTRAINT version_files_pkey PRIMARY KEY (version_id, path);


--
-- Name: version_loads version_loads_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_loads
    ADD CONSTRAINT version_loads_pkey PRIMARY KEY (version_id);


--
-- Name: version_metrics version_metrics_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_metrics
    ADD CONSTRAINT version_metrics_pkey PRIMARY KEY (version_id, name);


--
-- Name: version_signatures version_signatures_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_signatures
    ADD CONSTRAINT version_signatures_pkey PRIMARY KEY (version_id, envelope_sha256);


--
-- Name: version_tags version_tags_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_tags
    ADD CONSTRAINT version_tags_pkey PRIMARY KEY (version_id, tag);


--
-- Name: versions versions_model_id_ordinal_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.versions
    ADD CONSTRAINT versions_model_id_ordinal_key UNIQUE (model_id, ordinal);


--
-- Name: versions versions_model_id_version_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.versions
    ADD CONSTRAINT versions_model_id_version_number_key UNIQUE (model_id, version_number);


--
-- Name: versions versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.versions
    ADD CONSTRAINT versions_pkey PRIMARY KEY (version_id);


--
-- Name: chunks_by_pack; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX chunks_by_pack ON public.chunks USING btree (pack_blake3);


--
-- Name: chunks_unneeded; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX chunks_unneeded ON public.chunks USING btree (refs) WHERE (refs = 0);


--
-- Name: events_by_kind; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_by_kind ON public.events USING btree (kind, model_id, stage);


--
-- Name: events_by_stage; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_by_stage ON public.events USING btree (model_id, stage, event_id);


--
-- Name: events_by_version; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_by_version ON public.events USING btree (version_id, event_id);


--
-- Name: evidence_by_split; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX evidence_by_split ON public.evidence_blocks USING btree (split_id, sequence);


--
-- Name: experiments_by_model; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX experiments_by_model ON public.experiments USING btree (model_id, created_at);


--
-- Name: files_by_digest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX files_by_digest ON public.version_files USING btree (sha256);


--
-- Name: files_by_root; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX files_by_root ON public.version_files USING btree (root_blake3);


--
-- Name: files_by_size; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX files_by_size ON public.version_files USING btree (size_bytes, version_id);


--
-- Name: metrics_by_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX metrics_by_name ON public.version_metrics USING btree (model_id, name, ordinal, value);


--
-- Name: packs_by_size; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX packs_by_size ON public.packs USING btree (stored_bytes);


--
-- Name: pointers_by_version; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX pointers_by_version ON public.stage_pointers USING btree (version_id);


--
-- Name: removed_by_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX removed_by_number ON public.removed_versions USING btree (model_id, version_number);


--
-- Name: rollouts_by_model; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rollouts_by_model ON public.rollouts USING btree (model_id, created_at);


--
-- Name: tags_by_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tags_by_name ON public.version_tags USING btree (model_id, tag, ordinal);


--
-- Name: tracked_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tracked_by_age ON public.tracked_buckets USING btree (width_seconds, start);


--
-- Name: tracked_by_model; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tracked_by_model ON public.tracked_buckets USING btree (model_id, width_seconds, start);


--
-- Name: tracked_predictions_by_time; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tracked_predictions_by_time ON public.tracked_predictions USING btree (logged_at);


--
-- Name: versions_by_stage; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX versions_by_stage ON public.versions USING btree (model_id, deployment_stage, ordinal);


--
-- Name: versions_by_status; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX versions_by_status ON public.versions USING btree (model_id, status, ordinal);


--
-- Name: versions_sizes; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX versions_sizes ON public.versions USING btree (model_id, status, size_bytes);


--
-- Name: alert_rules alert_rules_model_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alert_rules
    ADD CONSTRAINT alert_rules_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.models(model_id);


--
-- Name: chunks chunks_pack_blake3_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chunks
    ADD CONSTRAINT chunks_pack_blake3_fkey FOREIGN KEY (pack_blake3) REFERENCES public.packs(pack_blake3);


--
-- Name: experiments experiments_model_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.models(model_id);


--
-- Name: model_policies model_policies_model_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_policies
    ADD CONSTRAINT model_policies_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.models(model_id);


--
-- Name: removed_versions removed_versions_model_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.removed_versions
    ADD CONSTRAINT removed_versions_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.models(model_id);


--
-- Name: rollouts rollouts_model_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rollouts
    ADD CONSTRAINT rollouts_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.models(model_id);


--
-- Name: routing_tables routing_tables_model_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.routing_tables
    ADD CONSTRAINT routing_tables_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.models(model_id);


--
-- Name: stage_pointers stage_pointers_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stage_pointers
    ADD CONSTRAINT stage_pointers_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(event_id);


--
-- Name: stage_pointers stage_pointers_model_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stage_pointers
    ADD CONSTRAINT stage_pointers_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.models(model_id);


--
-- Name: stage_pointers stage_pointers_version_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stage_pointers
    ADD CONSTRAINT stage_pointers_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.versions(version_id);


--
-- Name: version_files version_files_version_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_files
    ADD CONSTRAINT version_files_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.versions(version_id);


--
-- Name: version_loads version_loads_version_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_loads
    ADD CONSTRAINT version_loads_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.versions(version_id) ON DELETE CASCADE;


--
-- Name: version_metrics version_metrics_version_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_metrics
    ADD CONSTRAINT version_metrics_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.versions(version_id);


--
-- Name: version_tags version_tags_version_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.version_tags
    ADD CONSTRAINT version_tags_version_id_fkey FOREIGN KEY (version_id) REFERENCES public.versions(version_id);


--
-- Name: versions versions_model_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.versions
    ADD CONSTRAINT versions_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.models(model_id);


--
-- PostgreSQL database dump complete
--


