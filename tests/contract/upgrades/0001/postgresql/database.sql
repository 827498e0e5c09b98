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
-- Name: evidence_revision; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.evidence_revision (
    version_num character varying(32) NOT NULL
);


--
-- Name: evidence_writers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.evidence_writers (
    writer character varying(32) NOT NULL,
    turn bigint NOT NULL,
    written_at timestamp with time zone NOT NULL
);


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
-- Name: tracked_writers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tracked_writers (
    writer character varying(32) NOT NULL,
    turn bigint NOT NULL,
    written_at timestamp with time zone NOT NULL
);


--
-- Name: tracking_revision; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tracking_revision (
    version_num character varying(32) NOT NULL
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

INSERT INTO public.abort_requests VALUES ('rollout-019b7727-8f80-7000-a823-bbaa5f63ba79');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0001');


--
-- Data for Name: alert_rules; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alert_rules VALUES ('alert-019b7739-df00-7000-945b-0c9e88351c22', 'm', 'slow', '{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}', true, 'no_data', 1767231840000000, NULL, '{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}', 1767231840000000, 1767231840000000, 'b77797c2fc612820484819b329bdab29');
INSERT INTO public.alert_rules VALUES ('alert-019b7739-df00-7001-90b9-f97a2d94bd8e', 'm', 'quiet', '{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}', false, 'no_data', 1767231840000000, NULL, '{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}', 1767231840000000, 1767231840000000, '4c320ef69f46ade7c2c5a6023483509c');


--
-- Data for Name: chunks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chunks VALUES ('\xaae617c7c18651ed4fe59a54a9c0084734810bfac812e79a07d4db935ecfe853', '\x968a2de78ebf35df2e1591985774e9b8e338b4f8e9833c6e93d2098a1361cec3', 24, 716, 1481, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x570a7c7f45e116ece9c85d692b6a01d83ae4973bf237067e9b19a4a75a66f76b', '\xecb2cdc864eea8034a8ab9bc8e19f325e6e876105f2f17ab4f8f59077581effe', 16, 41, 2017, 0, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xd4ac31c1c72f56f25d9cac2a8b6dc5076a7613b07687fe329e73f0c49d3aaceb', '\xecb2cdc864eea8034a8ab9bc8e19f325e6e876105f2f17ab4f8f59077581effe', 57, 661, 1382, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xf214e79ad193865a36c9102897a28f60480daa5ef16651742ef5e10f5e74f8bf', '\x8a830a284a533026cc9451a3b09ee2aa474cb73854756e87997842a8d062bfd3', 16, 42, 3017, 0, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xdd3351ae01a071f136883cd503593939e24f67d8b49fabd1605661cacebeb84d', '\x8a830a284a533026cc9451a3b09ee2aa474cb73854756e87997842a8d062bfd3', 58, 663, 1382, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x1fe0e49efe56145fdfd6e02b69dc9655be56d65feb873712216901dd7f20d7a3', '\xd6688c85aa2d15df12f1ebd9bc9bc7f7f92ac1c9defd59b3d6e6b619e793b95d', 16, 459, 877, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x7e95be6f3a5b052e9c4b28f9e0531fa7857f839f46a30a7ded391f8f92015f83', '\xa80d050d1380b5dc1f9153d64db266b17f5125bf6c43421ec359356ffc25aadf', 16, 639, 1342, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037', '\x968a2de78ebf35df2e1591985774e9b8e338b4f8e9833c6e93d2098a1361cec3', 16, 8, 7, 0, 0, 0, '\x', 2);
INSERT INTO public.chunks VALUES ('\x326dd281604af69ef46ff9b73b00f0c739ba2cee0d56cdbcad9f9138f99325eb', '\x422016dba5bbf28e7ee927851b73a9f49b311802fc11a377c89e65cdf92acad3', 24, 646, 1342, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xcd28af6e5144699e87a765445aba0beb992042855ddec34cfa0e6610d1e37612', '\x37bafd76bc0acbee0579275c84141821f289655fc1da00677822d8acc09b1faf', 16, 642, 1350, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xd88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30', '\x422016dba5bbf28e7ee927851b73a9f49b311802fc11a377c89e65cdf92acad3', 16, 8, 7, 0, 0, 0, '\x', 2);


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, 1767226020000000, 'ada', 'model_registered', 'm', '', '', '{}', '{}', NULL, '2b214cb1a7737be24e15120f665acee5');
INSERT INTO public.events VALUES (2, 1767226020000000, 'ada', 'version_created', 'm', '019b76e1-10a0-7000-9a73-e8139ee2537e', '', '{}', '{"status":"ready","version_number":"1.0.0"}', NULL, '0d8f27c1208072046c0a0b3636b963c7');
INSERT INTO public.events VALUES (3, 1767226440000000, 'ada', 'version_created', 'm', '019b76e7-7940-7000-a12f-384bbd85a4a3', '', '{}', '{"status":"ready","version_number":"1.0.1"}', NULL, '86b4d16bc26e8d00967db58e460f99d2');
INSERT INTO public.events VALUES (4, 1767226860000000, 'ada', 'version_created', 'm', '019b76ed-e1e0-7000-86d5-1e5052449177', '', '{}', '{"status":"ready","version_number":"1.0.2"}', NULL, '129f2c49d3ad8aad0a625e0a328347e1');
INSERT INTO public.events VALUES (5, 1767227280000000, 'ada', 'version_created', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', '', '{}', '{"status":"ready","version_number":"1.0.3"}', NULL, 'f81acdcf4b7c1abaddc2279afb18dd9c');
INSERT INTO public.events VALUES (6, 1767227280000000, 'ada', 'version_opened', 'm', '019b76f4-4a80-7001-ba8d-9ecc26be9742', '', '{}', '{"status":"training","version_number":"1.0.4"}', NULL, 'e3422f9c65faf232da3047b855a7bcb4');
INSERT INTO public.events VALUES (7, 1767227700000000, 'ada', 'model_registered', 'n', '', '', '{}', '{}', NULL, '91332a2985b34afe5c5f8a500572c548');
INSERT INTO public.events VALUES (8, 1767227700000000, 'ada', 'version_created', 'n', '019b76fa-b320-7000-a6db-d81c4e4c062b', '', '{}', '{"status":"ready","version_number":"1.0.0"}', NULL, 'b1729ac0e829a03b9132d2305689f647');
INSERT INTO public.events VALUES (9, 1767228120000000, 'ada', 'version_created', 'n', '019b7701-1bc0-7000-ac87-ea9c3fb496c0', '', '{}', '{"status":"ready","version_number":"1.0.1"}', NULL, 'ca8f4250baa154091e0d66abb3f0d6a6');
INSERT INTO public.events VALUES (10, 1767228120000000, 'ada', 'card_kept', 'm', '019b76e1-10a0-7000-9a73-e8139ee2537e', '', '{}', '{}', NULL, '6120412d5a099e85d3e114d9fb369dac');
INSERT INTO public.events VALUES (11, 1767228120000000, 'ada', 'policy_set', 'm', '', '', '{}', '{"on_finding":"warn","production_rank":null,"signing":null}', NULL, '6547d911214f9e587c4a24e468e6c1a3');
INSERT INTO public.events VALUES (12, 1767228120000000, 'ada', 'version_signed', 'm', '019b76e1-10a0-7000-9a73-e8139ee2537e', '', '{}', '{"key_id":"f00435bcd4451629fd4294a1efe99156be0e36b2ae00fd46285e92efd00abe32"}', NULL, 'f7a91987a753e37d4724cf6307776949');
INSERT INTO public.events VALUES (13, 1767228540000000, 'ada', 'deployed', 'm', '019b76e1-10a0-7000-9a73-e8139ee2537e', 'staging', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"to staging","version_id":"019b76e1-10a0-7000-9a73-e8139ee2537e","version_number":"1.0.0"}', NULL, '456d827db3d1cd610f9dc59d6effe12a');
INSERT INTO public.events VALUES (14, 1767228960000000, 'ada', 'deployed', 'm', '019b76e1-10a0-7000-9a73-e8139ee2537e', 'production', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"to production","version_id":"019b76e1-10a0-7000-9a73-e8139ee2537e","version_number":"1.0.0"}', NULL, '4bbb80334641b6495a396ad76096f796');
INSERT INTO public.events VALUES (15, 1767229380000000, 'ada', 'deployed', 'm', '019b76e7-7940-7000-a12f-384bbd85a4a3', 'production', '{"version_id":"019b76e1-10a0-7000-9a73-e8139ee2537e","version_number":"1.0.0"}', '{"deployment_config":{},"reason":"to production","version_id":"019b76e7-7940-7000-a12f-384bbd85a4a3","version_number":"1.0.1"}', 14, 'e5000dd2186f5808fe9c35183d27ff79');
INSERT INTO public.events VALUES (16, 1767229800000000, 'ada', 'deployed', 'n', '019b76fa-b320-7000-a6db-d81c4e4c062b', 'production', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"to production","version_id":"019b76fa-b320-7000-a6db-d81c4e4c062b","version_number":"1.0.0"}', NULL, '0202fe59bffb0055f3bcabd6aba5c1e6');
INSERT INTO public.events VALUES (17, 1767229800000000, 'ada', 'rolled_back', 'm', '019b76e1-10a0-7000-9a73-e8139ee2537e', 'production', '{"version_id":"019b76e7-7940-7000-a12f-384bbd85a4a3","version_number":"1.0.1"}', '{"deployment_config":{},"reason":"worse","version_id":"019b76e1-10a0-7000-9a73-e8139ee2537e","version_number":"1.0.0"}', NULL, '0109c2fd146936f05656659d8fafb39a');
INSERT INTO public.events VALUES (18, 1767230220000000, 'ada', 'deployed', 'm', '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', '{"version_id":"019b76e1-10a0-7000-9a73-e8139ee2537e","version_number":"1.0.0"}', '{"deployment_config":{"replicas":2},"version_id":"019b76ed-e1e0-7000-86d5-1e5052449177","version_number":"1.0.2"}', 17, '7c2c26eee433feedea17e1ba3be2c3e0');
INSERT INTO public.events VALUES (19, 1767230220000000, 'ada', 'version_removed', 'm', '019b76e7-7940-7000-a12f-384bbd85a4a3', '', '{"version_number":"1.0.1"}', '{"backup_path":"m/019b76e7-7940-7000-a12f-384bbd85a4a3+20260101T011700000000Z","reason":"deleted"}', NULL, '0d711681dcba4175a30761b25e4b45c8');
INSERT INTO public.events VALUES (20, 1767230220000000, 'ada', 'deployed', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', 'canary', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-9be1-e43159c179b1","version_number":"1.0.3"}', NULL, '5c4464fca1eba9fe95becd35156ecb3b');
INSERT INTO public.events VALUES (21, 1767230220000000, 'ada', 'rollout_pending', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', '', '{}', '{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7721-26e0-7000-a3af-9595befc9d07","state":"pending"}', NULL, '18ed0a3495574723dffa876522b92013');
INSERT INTO public.events VALUES (22, 1767230220000000, 'ada', 'rollout_running', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', '', '{"state":"pending"}', '{"reason":"started","rollout_id":"rollout-019b7721-26e0-7000-a3af-9595befc9d07","state":"running","step":0,"verdict":{}}', NULL, 'ecf609becdd03b5768832d022187ac85');
INSERT INTO public.events VALUES (23, 1767230220000000, 'ada', 'rollout_aborting', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', '', '{"state":"running"}', '{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-a3af-9595befc9d07","state":"aborting","step":0,"verdict":{}}', NULL, '5d7bc52d79e540cb0cb361bfc268d318');
INSERT INTO public.events VALUES (24, 1767230220000001, 'ada', 'deactivated', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', 'canary', '{"version_id":"019b76f4-4a80-7000-9be1-e43159c179b1","version_number":"1.0.3"}', '{"reason":"no","version_id":"","version_number":""}', NULL, '3c2d6ef3b08eb4110b0f03b8fa5934ec');
INSERT INTO public.events VALUES (25, 1767230220000000, 'ada', 'rollout_aborted', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', '', '{"state":"aborting"}', '{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-a3af-9595befc9d07","state":"aborted","step":0,"verdict":{}}', NULL, '19c568194b567886bec573cb7ea73779');
INSERT INTO public.events VALUES (26, 1767230640000000, 'ada', 'deployed', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', 'canary', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-9be1-e43159c179b1","version_number":"1.0.3"}', NULL, 'f4e6cf4223b0e999d490aecb7e4791ab');
INSERT INTO public.events VALUES (27, 1767230640000000, 'ada', 'rollout_pending', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', '', '{}', '{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7727-8f80-7000-a823-bbaa5f63ba79","state":"pending"}', NULL, 'dffb8c3830b950742f27269b519ecd52');
INSERT INTO public.events VALUES (28, 1767230640000000, 'ada', 'rollout_running', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', '', '{"state":"pending"}', '{"reason":"started","rollout_id":"rollout-019b7727-8f80-7000-a823-bbaa5f63ba79","state":"running","step":0,"verdict":{}}', NULL, '8e6eb192948fa9388411811885b16c39');
INSERT INTO public.events VALUES (29, 1767230640000000, 'ada', 'override_set', 'm', '', '', '{}', '{"arm":"canary","unit":"tester"}', NULL, '203e03221a4b07509ce14a819942f9d9');
INSERT INTO public.events VALUES (30, 1767230640000000, 'ada', 'experiment_started', 'n', '', '', '{}', '{"arms":{"b":"019b7701-1bc0-7000-ac87-ea9c3fb496c0","control":"019b76fa-b320-7000-a6db-d81c4e4c062b"},"experiment_id":"019b7727-8f80-7000-937b-778e511c0a73","reason":"","shares":{"b":0.5,"control":0.5}}', NULL, '9b098882515a7001385fbac1edca7fb6');
INSERT INTO public.events VALUES (31, 1767231840000000, 'ada', 'alert_added', 'm', '', '', '{}', '{"name":"slow","rule":{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7000-945b-0c9e88351c22"}', NULL, 'f78223566aee92f11c2a22701d531f78');
INSERT INTO public.events VALUES (32, 1767231840000000, 'ada', 'alert_added', 'm', '', '', '{}', '{"name":"quiet","rule":{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7001-90b9-f97a2d94bd8e"}', NULL, '27ad184cd07fd837c3295e3dc378741b');
INSERT INTO public.events VALUES (33, 1767231840000000, 'ada', 'alert_disabled', 'm', '', '', '{}', '{"name":"quiet","rule_id":"alert-019b7739-df00-7001-90b9-f97a2d94bd8e"}', NULL, '6ab14497978a18860d0b3e2052d5ed68');
INSERT INTO public.events VALUES (34, 1767225600000000, 'ada', 'model_registered', 'guest', '', '', '{}', '{}', NULL, '09f40f37bab197332a9dde75349c474b');
INSERT INTO public.events VALUES (35, 1767225600000000, 'ada', 'version_created', 'guest', '019b76da-a800-7000-97a8-b57071670fa3', '', '{}', '{"status":"ready","version_number":"1.0.0"}', NULL, 'a74f4061673da20e3aaeae657d3c6063');
INSERT INTO public.events VALUES (36, 1767231840000000, 'ada', 'card_kept', 'guest', '019b76da-a800-7000-97a8-b57071670fa3', '', '{}', '{}', NULL, 'dcf91ea6bcaeb606023478b9dae8bff0');
INSERT INTO public.events VALUES (37, 1767231840000000, 'ada', 'card_kept', 'n', '019b76fa-b320-7000-a6db-d81c4e4c062b', '', '{}', '{}', NULL, 'cf57c3f453845ed94ab57a20d60255bc');


--
-- Data for Name: evidence_blocks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence_blocks VALUES (1, 'rollout-019b7727-8f80-7000-a823-bbaa5f63ba79', 200, '\x01af9dffe5bcf7f8be50d6731ad136afa897a4726f7773d92c726f6c6c6f75742d30313962373732372d386638302d373030302d613832332d626261613566363362613739cf0006474972888c00cf0006474972888c00ccc891931d92cb3fe8000000000000cb3fd0000000000000c09793a6706f696e747302c506406837b9d06c95e905f29b83aa764a7598864715a237fcafbe2dac2945329081c2bbd50d2a0fb027c3172401d085832d90e1791e0e34effcf2290f159dff37f0e2c3b55b68b8db588081060c5c2b6f779c596e79d16f8e26ea14f5a051c117a6dc6a7eb795d8893e9cd33a6c1cbd860d9835e59c8343ffd0dea324fa10e08b9edcab02c6583a178b517fffca049ebbeecbdfd4f62b56c38d2752d5d5c960f9bf3ac9dbbe2235a46dca03a7b1a4d5ea95e0231f8e609070c58af749f7d8f53238c71135c28fb6dc70622dd9584fabf02afd49814c7dbc07d0e17852846081dc72df074ed112533482ebe6b96c63826549a86ab7ad62e109543cc47d08b9eb233338afeaa9a06234aa1ed197dfd8d15ef654127b162f91a736a27c47ad7a8a2157887d8c14950f521270ac5144bf74146c7159bfafca5b925e7df00e9bc1b0014ecee169de509a548c563eae9d007be7d805405bce270a07ba6ad1d7b730182dc8f10afcc53c96e2c7826650ea17bc9adad90c9fc24cb818ca2d11adf869d2932607f612982a1df12436104cb8619111465de691cdddee727d6893bccf58ac11f8174a611bf96f6dac42b1a7932859cdb47533a46ebdf446188ebee063b0527a0efc7d23e5872b8b4a38621781723ad8d939bdd25700563b5401760a9e29bf3089a212837f2eb36964a42b0ab2d16523c9a7b94421f064b49ae17938dce626868785f4e615a7a0df56e94fe94255ee73e455ab8ebf786c01de75213cc0e1286f61e33f1471a4bc0173061f2d74a7a3a9c29992656d62f8f5f408506a72687a51ef161abd05018e7eec91c4c78cd49baf3c4a6b7ee29246a670c0d385622d2f155614d74bd008ab0493563ca2deeb86ec15c8b658f8a4e4647f0d6dada5a0f3c86616ab83263aea0ba092f28bc0666c2c2380e29c4851ad9a033ebfcb98abdd531214dd9770f1eb97f673e86b24849e1bf16d0143c34e05acbfba7996f55666fbf91562d6a78e989f3c50e6bf7899ddd6f0110b8ff92ebabe31f1c95e9afe4f31a65cc0f8a2b7ab7afcd834f3e542b4cf2ee0a34634a4e3a295c607b1067d1f94fd77eb94ebf5cd5072589a0623fcacdc30a4ae31eb623dbb02dbf7b2a6590e62fba0a4ffe0c0b81e88709ffe0f95f723c2c426f6fe3d15a0387114a8eab6cdaf0aa892846bee12086510c24bd662ea0dd6db99ee32d8675bb0b4792e06c24ac81936d908e94dc92475790f0c71322196be6ee9e34baeff0514b9c6286bc884c469ddc891ddbac5cf2fe927b0f17ca4f3a1e371bbd7139cc1b2fda9399ee2020d31f939d8b1da045d9e6f68b058bc2adfddb27a57f9d4452a52c91178ce509c3e0dc2cf198b9425ffc0170420f5a2262a08a9605ee45ea93bc50fb937674a93cd237d4b31a0d97d72f6a43ef6ff58c92258cf9ce34f52350a365ef7c8eb9b0ec185e3442f102ef525938e897f4c4e719943f00e7551e6c86ec35572e454b0b28183b17759bb9f3dfe5cd302f5670ebeb6d241254582b8bbd1cebf53fc4825cd856728e18b15e1e7d4a152279fa2a4cc058156576e3e82c7337341a22c9d725ef5f9b58110016f526cc4078e6554b4f6b4402aba26dea5aac131179d42ac550db13df7681eda89a6cc288c3aa65e77bb4deeb8e2554549a93020f9078813ef2b3e37713ea7ed969abf379644c2572bb8600916f04c54a19ecc6b50d03237094da061ac9a138f9a3a5dc45bbe4fb6e4fc9e4d5b31addf69b31c7d0b96c28988588f6cbbb77875696c80d11c203ed135c1590d8e4a8dfb340d78ed6985ffec2b8767e0d5ba8b20284acd3b2f9c22a1672e138546382c29f91ca95fa16a87bc31134f806968a180ba13462a91640e1b99cb783ac37259356cfc478ef565d5184dfdfa56bfa6673451ca81fdc042e8dd0e459e21f8c55f1660c2ca92d3aa1979676885ad0016c3e89dc45c97570f7f07eadd2c0f919a74c7473677bf8c27a54cbc6e58aa3cfa61c6d5ca5b5d47d620b3c02bc5bd62fb27182b2bb286e4d7adf25f8bf4a4ef4ba793f06cab005e741f198dfbbcb7452178e2977846c723763e2047502acaf52ee897cf1ec80c64a004dbedd421ec21f8f1954f08af105c125d215793eb52c5eaff2af0a7293647011d9fb2ed2d5051d55313923700bd68895f46e04b5b747a504fdf3ff911b934226c4c7a155ffb5a07104c10a98a23dc4d3051281e5259cb87319abfd7884c6bbb0fcadecf0e8b2bd50615adac424ad93971021213db8eca93a461726d7301c45128b52ffd20c845020090010001010001010001000100000000010000170051d820d3009063c2089401d641181ac01480a80e80c05604720b49357871f0155ea51ae65cb4409829c07201e6bea01808c00293b07265766973696f6e5f696e646963657300c402000093a973756363657373657301c44528b52ffd20c8e50100a001010001000100000100010001000001010000001200800370b7d5e55c31550e0b930914681900ea7a6e58980000c1c1c36020b0d0dd0b32c9001693a96c6174656e6369657302c503206bf1583f6898823eb123e63ec6e9493ff838e83ca593dd3eb6050a3bd9b6383f43fd713fd897fa3c029a0a3f342dc33eaa1fd83e2403633e1adbfd3e47686c3e2551eb3e2e0bb03cca730e3f365e3e3e75255c3f0657aa3eaa10363f691ed83e25992b3faf6b163f65a0583fdac8163fd490783ef720d43e137e0c3f1aab2c3f94bfe03e0448473fbb58c93e3247f23cd910343fe4da173f05702e3e60697b3f5e240a3f94bf6d3ee7d4733f5013eb3e7c490c3fa613bb3b5d0b523fa2913d3f1ac8043f8f28da3efcb85e3fb4a24c3e1b48f83e2031b13e019d1f3f3892ea3e951d6b3e3a9f153f7f664c3f0a02513f977c573fa976aa3df68c6e3c748c7f3e08f31f3f145e8e3d6702073f71bb8b3ea7cee83e1d92f23ed0eac53e608d403e815a663ff31b563e8329513f9e58923c9a05383f0961343f9a710b3f90c0793fde3f043f8404263fa46a133fcd85213fe1e2983e0323603f9ac75b3f3575703f8814d53eccf00a3c5d4e1b3dd052763f2da22f3e5549793f8d45023feda0b13e4b952c3f0ac7463e317c2a3fc7e5ff3e96225f3fbd37943ca1cda73e0d5f483f7c245a3e9473563f150db03e74e62f3f444a7c3f16b8393f4dc42d3e56145a3e49a7193fa778bc3e2c1a953e999e1a3fce23633f82190d3ff54e203d36bd5d3ff818543fd57c1d3f698ec13e4d15653e0090883e967f103fbb60ea3ecb79493fcddc4a3c5cc4bb3d4c93623f7362753e188fd73e90662b3e34773e3fdb27693f3963783f428a963eab3af43ec3ec263ffe212c3c5052973e0652e63eaff3803daf45783fec11e43d97281e3f5cfc0a3ffb6d293f72a60a3f5a4b7c3e47c38f3e7153e53e31ba243fceecc73e308ca73ed3dd583fd3099b3e5b520b3f0091183f6fe7a63c7520943d9a3c913d67a8223f9fcc4a3f90d65c3fb05d003f45ea9d3d6166313e23227c3fbbbaa33efbac033f4144963ebb14113eb816023dcb30673f3b3b683ff9053f3f3b6e363ebdaf213e8cf32a3f97eb833da5e94e3fba970a3f3518e83e0b66ad3e57f4c73c9757d53ef7447f3d5a9a0d3e74aa843e17accb3e31c91c3f1303f53bf53a003f146be03e783e3b3f1c7afd3ead76663edd760f3f93ab70726564696374696f6e7300c408000000000000000093a5706169727300c40100');
INSERT INTO public.evidence_blocks VALUES (2, '019b7727-8f80-7000-937b-778e511c0a73', 200, '\x017864fea6c2ae40072615a5e6bb2fcb9c97a4726f7773d92430313962373732372d386638302d373030302d393337622d373738653531316330613733cf0006474972888c00cf0006474972888c00ccc891931e92cb3fe0000000000000cb3fe0000000000000c09793a6706f696e747302c50640428a87f00dbec1e8049cf6ca05747efa9903fbf4006eddeff9f9b92bb76c7b2e8088bf28d3a06ada03509d07af92bdafa6a14c6846c1e369a85857f453b3945f542d20da8dea31f0085608061bd8d4250809d6121720056aaa07c6c8bd973ded2f1dc9ed4fc57d51af381aad3ff3fe9676e630941339a2c18b25bdd60f10e60189db180ab2931332335a48e8156543313ebaefddf9502c5d4ef17ac4f0770b81a8be1a5b139fc43cdf32f2991e91d734f4e6e5cf381fd9c05cc57d92e675e8811a9d4f5b36fc9eb418befc6c83c008fe0f8933f2cf386531936304ed4bc6f5166567e2316e9703eb3a836935189cffc5359021dd3ae345af36887afadc73820d042dca6536f7b4e75b85c08545fe7e9744c95bf33a1e9f08b2d58be676f5f59043e49f1d0850c642ef9c0d41a59200d2fe00bfa5c99160826e9aa0b00ef53a5d42c7840a2ff069e5eb8f72264aa344776057a5b0422fd0685694aeb0ea332c50524ccb6f43fd0bea6c6edeb293e0f9daf45bd1ba6e84fe949fcdb2f30cc0bc5941f99cd63a2ee78f259710acba291c9748196cff2a406764d881c8fca97500f889f9848d692f9edd848e7cc861d43538bc43bfd1c51462cd90f7621288f2d2ebd81d55f936f7d06c437dd6222243388ca9b12836a5a0bf79a18b8f1adab795ccfdafd1a33a806011350416fc76325c451be17cf7bde4433596c12c95a8eaceb212916d416ac1d8c4b41898471eaeeb1e86466ca4aee651a8632c40981d28810832d5c99b5526cf641b73e70f6add26e29cc8e06576ea987392e69c2a21f36137475639480863a2a4f2e38dabdc534388c070f87cdf939b47d8a3a9c3ff84f7e8658fe1a59b7a0d3a16d451c72ab7dd15b0eb95af68136114798886a05e54dfd87d4f35250fa60fef79077a8cc871e4767041876242e7e7a3ea869d354f809fcf4df871de41afb66c581f42f353ffed1274417de44aca830b7fa1ed44992e6e417b4c349e25af7eb64f7bd67f6a80b4412ab59ded99db478923a23876a373cfea21203e83315df927b0b888c10e69c350fb91bb021b32f2ee389c0e2278f56f0a548ce6298f3224203fab6af85e6a7bbb347148b6d3f33ac8516d80735e83e3384a8ef6f71b9fddd3513e903ccc872da42375b220550e1b0b0446b4e09a08e00724b808fab9b540bbbf227b39d8d8861109d1d9f9f867c721fa40cd3963f9da757ee40d952809b501a17be674ef676d55a2cdd7d39ec1e0982d8a23abb0812e77a8fb30af46d5066c9796a24fa621bec3cc20895540b14f1c88e4e3cca40e7d044a1d85735be556c57344b7b8337e761cc27476dee48e96c25198af0033c3c3cffef59e2251e96e9b99041875d4d0733c75970212f95327ce89a088e02ba7f72c833982717ba0bffa264e85db80a1c54c79be8d670c836bc0681a9bdc87af860302a053ec6e6273ed515a62f9bc2079d6221c4d3089cbd92aaf982ade0ac4f15cd9f605a6a93627e7c75445d2bc4fe8a47346e70fccf869b84c756508ab79278856368b6a9a8f556129200b1fef38f0b28deae86689eb2d1d3209a7f12e6858befaf58123b66848b90f3ef377e360c73dc0b7ccb447a3f89dbfea5905b9febc7f3cc0357dddefb5b534773fbd40f1a61cd4879d02a8e690a868918123167d6f046595ead627f8f1d208b4f1e3775da1f7697c151c9e95c99351b9a8a7c32b2bf1558549c5231b7820797a5d27c61dd0ef81914f358e6fe9f63697001aa04411bf7047ef2b38a6c9b9fafc0d560fd12e03617a165ebf4a576993c681a60266f51e2bae0aa05c5796a7a26ca00190d26a61192fb41e0ed2f0f07825c7bb142acd5f93e17b93910dca472f29d69a0d99767b8f965b8c86be5abfa8a5d88df0ee38433a764734450f417e652914c9bcbfc5d2c028df4cd01f948855daa32a4a986a325fc0ac16965ce828f6a137ce76c16172d9ecb5904d145bdbf1b51430c3a916ce8de9d25fd96a46ec9b87d3ca66c0ffafe1ae33bcf98aa8ce5b1eee5e60cbf534e5f6d0210680841093f9657a3108f2a125736dbf2ec9545bf17c3d349c99ec6cbfa8c842ba5f3350b82dad51c850af87b9f5a9e2e6970cfd02f5ef23c9c0a0e8db634fd5dd075ed8b8d2c00d27fbabf13dab855f55a248187ee958ac0dfe457ca5dfae8fba90f460fb9ab6a535d001c56c294ef20db8a377ac3482496f1340784ec98c6b5e3cb6c03a1bff120b0ca4f7490cfb7941c9f10ffa5eb1642963ad1a93a461726d7301c46128b52ffd20c8c50200b0000000010000010100000101000101000101000001011d002e06720ec4bcb055c2530d501c04250002b832ac61403ed08403d02e47c4880920a0880b4848000d581e4825c0e6009a19666e40c9f073e0e6bd2e43bc1c1793b07265766973696f6e5f696e646963657300c402000093a973756363657373657301c43c28b52ffd20c89d0100900001000100000100010001000000000001000f006001b4075800032903e01e281851870022061c061e01899db9806002600193a96c6174656e6369657302c50320d2ee6a3f777b253f8989923ddd9e603f671a443f84a49f3e7b57593f4387333f4036183fdd87653f4e3c123f0b4e803ee4cb113fa589553d5b97373fb2da033f79da3a3f4e317b3f00e2203f62b1693f16770e3ec888573fec4d333f709f6c3fd0c3c33ee6a7dd3ea6a3a63eacac683f2c18f43dc002d13e9148973e44e43f3f1465423ee850ac3c680a1b3f7a90533ec2d60a3feef2153fa3fb2e3ffd034f3fd49d0b3f010f5b3f360f123fab6e913e8abb4e3fc64c3f3fa806773f9838793f5818003f5a5c9f3ef3b0b63e10705d3ab32be63e847ecc3e26f42e3f96cd253fd8ce503e5f248e3ea9b4613f4ace023f5754ec3ee863d13ecfd27c3f7c662e3ebfec073f16a3663b900bda3e937a5c3f56dc3b3f9eaf3f3fadea3e3f2e14263f2b62d03e4b3c223f3250483fde7a443f95ff1a3f7577873eabba5f3f3bb81b3e0816f83ed5e8393dc8a73e3fcdd9b53eb1b8a13c6335723ff2c8cd3ee2e01a3f7eb1543e71c3893e49a7543fc885bc3e0e9a3c3f662f273f11a4503f18131c3fa0a00f3f362e4a3f0ac7a83ed6ba763fcb02583fa43e663f1c10a23ec2f7423f6075423ec99a293e771ce33e736e3a3fc522863e55f20d3e603b373f335a403f36d9373ff5699c3e9d44cb3e48bfcc3d66af623d638d633fad2f0e3dfa9d503f4cf91c3f8f7e563fa850313f3ba6cc3e5c7bc13e4e476d3ebcd6ec3e27fe583e2105a93e25d4683f084f3d3de08a5b3fed2bc43e1d396b3fa849613f79ed1b3ef3b9783c11312a3f804cc23ed3ffec3e25f5673fb13f793d8e5e2f3da982f03d6649e23c0a9f3e3fbc7a583f0387c73e5e37783f0aed783e0a676f3fb400b33e0b6d0f3f4a0e793ddd46d33e944e613f1b92293fcc473e3fbd90403f97f5793f7a2c6b3f70275a3f8cd0ba3da236f03e7a147c3f180e083fae47033e6128353f47afc93c5d17b93d31b0af3d9cbac43ea15ca03e16694b3fa1195b3f5d83d93e2fa30e3f4865ad3ed3cf743fa066d63d6fb0e53e6329383f7f87333fe495653fab28953ec39ebd3e366fc73d052d133f7aa0503fc196a03e1a8ab43e999e3f3f5ab0063f4c176a3f87b6a73eb8ba7a3fd0b2693fad41783fd9e96c3f6f264d3f93ab70726564696374696f6e7300c408000000000000000093a5706169727300c40100');


--
-- Data for Name: evidence_revision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence_revision VALUES ('0001');


--
-- Data for Name: evidence_writers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence_writers VALUES ('9df6e0edfcff44d596aeb0d2037b9ead', 4, '2026-12-01 17:00:14.153875+00');
INSERT INTO public.evidence_writers VALUES ('739bcdef390a4ab19fb22a163ecb750a', 1, '2026-12-01 17:00:15.529421+00');


--
-- Data for Name: experiments; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.experiments VALUES ('019b7727-8f80-7000-937b-778e511c0a73', 'n', 'n', 'running', '{"allocation":"fixed","alpha":0.05,"arms":[{"name":"control","share":0.5,"version_id":"019b76fa-b320-7000-a6db-d81c4e4c062b"},{"name":"b","share":0.5,"version_id":"019b7701-1bc0-7000-ac87-ea9c3fb496c0"}],"covariate":null,"horizon_units":10000,"metrics":[{"higher_is_better":false,"kind":"event","name":"errors"}],"minimum_units":100}', '{"ended_event":0,"reason":"","shares":[0.5,0.5],"started_event":30,"winner":null}', 1767230640000000, 1767230640000000, '5d91cbac985ccbe58a1ddfbfa8adeaab');


--
-- Data for Name: leases; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.leases VALUES ('rollouts', 'e9ac2f5bd4de4cbaab2fd142e49a3fab', 1, 1767231845000000, 0);
INSERT INTO public.leases VALUES ('alerts', 'd25c6c90624b43fdb995a97e60da12d0', 1, 1767231845000000, 0);


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

INSERT INTO public.packs VALUES ('\x968a2de78ebf35df2e1591985774e9b8e338b4f8e9833c6e93d2098a1361cec3', 904);
INSERT INTO public.packs VALUES ('\xecb2cdc864eea8034a8ab9bc8e19f325e6e876105f2f17ab4f8f59077581effe', 882);
INSERT INTO public.packs VALUES ('\x8a830a284a533026cc9451a3b09ee2aa474cb73854756e87997842a8d062bfd3', 885);
INSERT INTO public.packs VALUES ('\xd6688c85aa2d15df12f1ebd9bc9bc7f7f92ac1c9defd59b3d6e6b619e793b95d', 585);
INSERT INTO public.packs VALUES ('\xa80d050d1380b5dc1f9153d64db266b17f5125bf6c43421ec359356ffc25aadf', 765);
INSERT INTO public.packs VALUES ('\x422016dba5bbf28e7ee927851b73a9f49b311802fc11a377c89e65cdf92acad3', 834);
INSERT INTO public.packs VALUES ('\x37bafd76bc0acbee0579275c84141821f289655fc1da00677822d8acc09b1faf', 768);


--
-- Data for Name: removed_versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.removed_versions VALUES ('019b76e7-7940-7000-a12f-384bbd85a4a3', 'm', '1.0.1', 1767226440000000, '019b76e1-10a0-7000-9a73-e8139ee2537e', 1767230220000000, 'ada', 'deleted', 'm/019b76e7-7940-7000-a12f-384bbd85a4a3+20260101T011700000000Z', 'c1550779a621d2bc2f1a7d0f3b14efef');


--
-- Data for Name: rollouts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rollouts VALUES ('rollout-019b7721-26e0-7000-a3af-9595befc9d07', 'm', NULL, '019b76f4-4a80-7000-9be1-e43159c179b1', '019b76ed-e1e0-7000-86d5-1e5052449177', 'aborted', 0, '{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}', '{"at_gate":false,"canary_units_before":0,"decide_by":1767835020000000,"reason":"no","since":1767230220000000,"step_started_at":1767230220000000,"told_before":{},"verdict":{}}', 1767230220000000, 1767230220000000, 'd30f57f228924466bf81906fcf9c9492');
INSERT INTO public.rollouts VALUES ('rollout-019b7727-8f80-7000-a823-bbaa5f63ba79', 'm', 'm', '019b76f4-4a80-7000-9be1-e43159c179b1', '019b76ed-e1e0-7000-86d5-1e5052449177', 'running', 0, '{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}', '{"at_gate":false,"canary_units_before":0,"decide_by":1767835440000000,"reason":"started","since":1767230640000000,"step_started_at":1767230640000000,"told_before":{},"verdict":{"decision":"wait","evidence_until":1,"looked":{"canary_units_before":0,"elapsed_seconds":0.0,"is_last":false,"step":{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},"told_before":{}},"metrics":[{"better":false,"e_value":0.16493749563959045,"effect":"relative risk","events":[21,3],"harmful":false,"high":2.041213305536432,"low":0.03072329174320116,"name":"errors","needed":20.0,"not_inferior":false,"sentence":"errors: it is 0.03 to 2.04 times that of stable (95.0% sure), 3 of 42 against 21 of 158; the margin is 1.5","told":[158,42]}],"sentence":"no harm found; the step goes on until 300 s more have passed and the canary has served 58 more units","split_e_value":1.0983033827606103,"unasked":[],"units":[158,42]}}', 1767230640000000, 1767230640000000, 'e31cb01fa2c012fec1464ece1dc2a951');


--
-- Data for Name: routing_tables; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.routing_tables VALUES ('m', 29, '{"arms":[{"name":"stable","version_id":"019b76ed-e1e0-7000-86d5-1e5052449177","weight":0.75},{"name":"canary","version_id":"019b76f4-4a80-7000-9be1-e43159c179b1","weight":0.25}],"claims":[[0,4611686018427387904,1]],"model_id":"m","overrides":{"tester":1},"revision":29,"salt":"9c1016ae1a82a3fd696e9e6abde4eff1","shadow":null,"split_id":"rollout-019b7727-8f80-7000-a823-bbaa5f63ba79"}', 'e66eef258a2bf06b72a5ce9c29ea2a71');
INSERT INTO public.routing_tables VALUES ('n', 30, '{"arms":[{"name":"control","version_id":"019b76fa-b320-7000-a6db-d81c4e4c062b","weight":0.5},{"name":"b","version_id":"019b7701-1bc0-7000-ac87-ea9c3fb496c0","weight":0.5}],"claims":[[0,9223372036854775808,1]],"model_id":"n","overrides":{},"revision":30,"salt":"dd6bfbfba78f8665fac2a4631cdcfcd3","shadow":null,"split_id":"019b7727-8f80-7000-937b-778e511c0a73"}', 'fe4954ccd5ad91dc780e8e10f1357ec5');


--
-- Data for Name: stage_pointers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.stage_pointers VALUES ('m', 'staging', '019b76e1-10a0-7000-9a73-e8139ee2537e', 13, '098ef01289cc043979c6050b395f43ff');
INSERT INTO public.stage_pointers VALUES ('n', 'production', '019b76fa-b320-7000-a6db-d81c4e4c062b', 16, '479b12c5aa24db89017bd124980e1624');
INSERT INTO public.stage_pointers VALUES ('m', 'production', '019b76ed-e1e0-7000-86d5-1e5052449177', 18, 'fea425652125194738009023a9f3e7e9');
INSERT INTO public.stage_pointers VALUES ('m', 'canary', '019b76f4-4a80-7000-9be1-e43159c179b1', 26, '51bb4088c3fdaec4d4d4150a597d33a1');


--
-- Data for Name: tracked_buckets; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_buckets VALUES ('019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 60, 1767230640, 'm', '\x789c9bc968c3c06023d7b23c27b124352fb9f2c84246c60c8dfe8f734edbb7543d745f27527d568001ce3e6dbf71e5efe739ddce0c40707692f3910246061630628621260cc4084670060ca1b2c0188940a21919991014c31186e58979c5e5a945c547241899b31b2c9ba7394c5a9c9c58b238253ffd08938608d03f2b93f3f3d24a8b33f3f38e4832b24c3920de3e15490d8b0817033b03c33a8831f1c9198979c9a9c54719c519d9448243dba6ae2f284a4dc94c2e494d894fce492c2e9e7c4481a18a91811d0931a3720d8f18815440c38089819d09111ecc38c40d8f5830543181442172c4330ce79c76309ebbdc7817cb93d30ed2332304927c2f9f668002a2180e623086148c21874b31c3e1c6c589e9a947f4189956fc5cc435dde6b4836d0354d3c54907d00cf66d80321b37989a992499a4195b5aa4a5991a585a1a35ae4e4b4d2c292d4ab50219c722a9ccc00800ce3478f7');
INSERT INTO public.tracked_buckets VALUES ('019b76da-a800-7000-97a8-b57071670fa3', 'none', 60, 1767225600, 'guest', '\x789c9bc9c8c8c0c0c8d0b43c27b124352fb9f2881123e395cb670fcd396ddf52f5d07d9d48f5590186d3f653206c38830108ce4eca3802d47d846179625e71796a51f1116146e6c5bb25fca6394c5c9c9c580294049addd00000b3ff2667');


--
-- Data for Name: tracked_copies; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_copies VALUES ('guest', '\x30d356990ac1e8f8024240b4ce58c860');


--
-- Data for Name: tracked_predictions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_predictions VALUES ('\x6088de1ecf4b47600f3b8eaa2dd034e2', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.5, '');
INSERT INTO public.tracked_predictions VALUES ('\xea763fb1a2c2fc9f748b17b640556383', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.505, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x1c6a524586e98f2c198e4470d46c7f5b', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.51, '');
INSERT INTO public.tracked_predictions VALUES ('\xe61bacdb7dd2dbc69c4423fed67eaf51', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.515, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xb31261530f69a7051f49acc733599a78', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.52, '');
INSERT INTO public.tracked_predictions VALUES ('\x8983087584e0a7134ff3ffcc2624530c', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.525, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xb4008d09281cd0da37790449afc3de9d', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.53, '');
INSERT INTO public.tracked_predictions VALUES ('\xf1d699cc9d15407df61de225ff1756af', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.535, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x7d7463a50929683b438e8edd8007df35', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.54, '');
INSERT INTO public.tracked_predictions VALUES ('\xb8f58d19163d9f2d792f6e75e73e40b1', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.545, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x833fa3c7bd4a4fb98dbdd59d77246c36', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.55, '');
INSERT INTO public.tracked_predictions VALUES ('\xe6e1cedc858d8f462e58c659a064e476', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.555, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x598aa1678b7005b470d8300b4476c846', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.56, '');
INSERT INTO public.tracked_predictions VALUES ('\x590f21644f391ea48ca914d4fc821e31', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.565, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x8c2c2cb72551228fee78a443e422ca08', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.5700000000000001, '');
INSERT INTO public.tracked_predictions VALUES ('\x5744394c67f9c926cb9bb6d3852bd79b', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.575, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x55144a2491070e16cf50f6bef5a203dd', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.58, '');
INSERT INTO public.tracked_predictions VALUES ('\x939265eafa24585c403057ff0d27ca6a', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.585, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x85fefbdb5c27a79d22eb793886be792e', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.59, '');
INSERT INTO public.tracked_predictions VALUES ('\xb67d599c0ecd825f93f3413f557c6266', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.595, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xdb30e7ce926b7bfe8a00da70af97ec92', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.6, '');
INSERT INTO public.tracked_predictions VALUES ('\x7ba681570ef44e4c9ae86c3dd9734c71', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.605, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x00c02aa49a1afcd1944d1e4c11af6b93', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.61, '');
INSERT INTO public.tracked_predictions VALUES ('\xb7e571e2b3dc0eddc5d7a7153a960fe0', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.615, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x52b5dd815c0c58b9e2fb1662e84107a7', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.62, '');
INSERT INTO public.tracked_predictions VALUES ('\x9e27c6bfb7bb254947729bcee22c437a', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.625, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x11339b0b84617cf62ecac67e7d8ab3a8', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.63, '');
INSERT INTO public.tracked_predictions VALUES ('\xffe2935a5fafad78b8b03c23efbdf553', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.635, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x7bdd7d2497f928b94d62665e44ae58c0', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.64, '');
INSERT INTO public.tracked_predictions VALUES ('\x85075489514093149d7d3ddde71f7501', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.645, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xe0afe4dc24cee009a20c254c44ab9a78', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.65, '');
INSERT INTO public.tracked_predictions VALUES ('\xba0f6bf4a51ef609f9432444dc487ff7', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.655, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x17085f86dbaecf72cc1d469ddf110714', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.66, '');
INSERT INTO public.tracked_predictions VALUES ('\x782a92f9e24653013b69a7b3cf52268e', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.665, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xdc4dcb274f9179c1e38189eceda3ae48', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.67, '');
INSERT INTO public.tracked_predictions VALUES ('\x4f1cdc2ac24244e3c0229332de9c4a8e', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.675, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x850858f438f2581356a2542fb22f2639', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.6799999999999999, '');
INSERT INTO public.tracked_predictions VALUES ('\xdb0306d5442179463e612f8db9bb96f2', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.685, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xa0bb78f0f662f8538f6929997c51b02a', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.69, '');
INSERT INTO public.tracked_predictions VALUES ('\x757d6675ebdb32fd4af93cace143e522', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.6950000000000001, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xcc824dc7d35b1603ae7f1c28afde6df2', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.7, '');
INSERT INTO public.tracked_predictions VALUES ('\xc4b978a32f6f09aaab58cdc23abca313', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.705, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x16d710bb10432f23312c0734d1fbf80e', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.71, '');
INSERT INTO public.tracked_predictions VALUES ('\xceb01fde4f70d0413c9201f85a7bcf1a', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.715, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x738454f41df6037e6c2991dd40d2d18e', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.72, '');
INSERT INTO public.tracked_predictions VALUES ('\x4dc9054672e0441daf4b7e366294ddd0', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.725, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x71adcf3c2d72c272cbc4e10804365a67', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.73, '');
INSERT INTO public.tracked_predictions VALUES ('\x7b9f5708adefb64b0e2c354171bd6a3a', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.735, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x86894890a06eef1df98b4d930a70e2ef', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.74, '');
INSERT INTO public.tracked_predictions VALUES ('\xc5b3c8f2126975a4178af989734e7b93', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.745, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x206e3c5d490b394ceb989060be88bc3f', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.75, '');
INSERT INTO public.tracked_predictions VALUES ('\xb6f88a5e8470add961b1c2fb7b6ffc7f', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.755, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x96b3a4edbe95e8ed029ba48fd0b8300d', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.76, '');
INSERT INTO public.tracked_predictions VALUES ('\x4e53744510b13238840677c05570dceb', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.765, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xb4cac633e3dc5cb7cfdf3454d539a780', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.77, '');
INSERT INTO public.tracked_predictions VALUES ('\x9ae24068e512be6202f1bf262e4cc0a2', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.775, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x284b6510ef6a60c1ceeb563e1d62d2fb', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.78, '');
INSERT INTO public.tracked_predictions VALUES ('\x4585617d65444b83b9e8526f24539555', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"dog"', 0.7849999999999999, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xf03095781ddd49c9a8d5055df3f43f40', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.79, '');
INSERT INTO public.tracked_predictions VALUES ('\x815775e718abd406b13056fe4d9f0861', 1767231840000000, '019b76ed-e1e0-7000-86d5-1e5052449177', 'production', 1767230640, '"cat"', 0.7949999999999999, '"cat"');


--
-- Data for Name: tracked_references; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_references VALUES ('019b76ed-e1e0-7000-86d5-1e5052449177', true, '\x7b22666561747572653a616765223a7b226564676573223a5b32352e305d2c226b696e64223a226e756d62657273222c227265666572656e6365223a5b32352c32352c305d7d7d');
INSERT INTO public.tracked_references VALUES ('019b76da-a800-7000-97a8-b57071670fa3', false, '\x920181aa70726564696374696f6e91a3636174');


--
-- Data for Name: tracked_writers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_writers VALUES ('e8fed55aabf74a3b8d93777394e09fbb', 2, '2026-12-01 17:00:14.477109+00');
INSERT INTO public.tracked_writers VALUES ('c6501001830c4047bb6f2513c63c396e', 1, '2026-12-01 17:00:15.315176+00');


--
-- Data for Name: tracking_revision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracking_revision VALUES ('0001');


--
-- Data for Name: version_cards; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_cards VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', '# A card with ''quotes'' and ünï', '06c885726844d0d762fb445587291793');
INSERT INTO public.version_cards VALUES ('019b76da-a800-7000-97a8-b57071670fa3', '---
tags:
- "modelkeep"
---

# guest 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76da-a800-7000-97a8-b57071670fa3) |
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
', 'c706a074fb56099c9b544c26597296ed');
INSERT INTO public.version_cards VALUES ('019b76fa-b320-7000-a6db-d81c4e4c062b', '---
tags:
- "modelkeep"
---

# n 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76fa-b320-7000-a6db-d81c4e4c062b) |
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
', '52a3487f5d96420ce9a6e73bf66c961b');


--
-- Data for Name: version_files; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_files VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', 'model.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 7, '7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO public.version_files VALUES ('019b76ed-e1e0-7000-86d5-1e5052449177', 'model.json', '77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78', 2017, '570a7c7f45e116ece9c85d692b6a01d83ae4973bf237067e9b19a4a75a66f76b');
INSERT INTO public.version_files VALUES ('019b76f4-4a80-7000-9be1-e43159c179b1', 'model.json', '47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6', 3017, 'f214e79ad193865a36c9102897a28f60480daa5ef16651742ef5e10f5e74f8bf');
INSERT INTO public.version_files VALUES ('019b76fa-b320-7000-a6db-d81c4e4c062b', 'model.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 7, '7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO public.version_files VALUES ('019b7701-1bc0-7000-ac87-ea9c3fb496c0', 'model.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 7, 'd88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');
INSERT INTO public.version_files VALUES ('019b76da-a800-7000-97a8-b57071670fa3', 'model.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 7, 'd88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');


--
-- Data for Name: version_loads; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_loads VALUES ('019b76da-a800-7000-97a8-b57071670fa3', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76f4-4a80-7000-9be1-e43159c179b1', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76ed-e1e0-7000-86d5-1e5052449177', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', 3, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b7701-1bc0-7000-ac87-ea9c3fb496c0', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76fa-b320-7000-a6db-d81c4e4c062b', 2, 1767231840000000);


--
-- Data for Name: version_metrics; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_metrics VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', 'accuracy', 'm', 1, 0.1);
INSERT INTO public.version_metrics VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', 'loss', 'm', 1, NULL);
INSERT INTO public.version_metrics VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', 'rows', 'm', 1, 1000000000);


--
-- Data for Name: version_signatures; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_signatures VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', 'd0da9152909ab10219fcd42c05586d6cd6cecc1c36774f14a3f97353090c382a', '{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY3JlYXRlZF9hdCI6IjIwMjYtMDEtMDFUMDA6MDc6MDBaIiwiY3JlYXRlZF9ieSI6ImFkYSIsImZvcm1hdCI6Impzb24iLCJtb2RlbF9pZCI6Im0iLCJvcmRpbmFsIjoxLCJwYXJlbnQiOm51bGwsInNpZ25lZF9hdCI6IjIwMjYtMDEtMDFUMDA6NDI6MDBaIiwidmVyc2lvbl9pZCI6IjAxOWI3NmUxLTEwYTAtNzAwMC05YTczLWU4MTM5ZWUyNTM3ZSIsInZlcnNpb25fbnVtYmVyIjoiMS4wLjAifSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vbW9kZWxrZWVwLmRldi9wcm92ZW5hbmNlL3YxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImYzMDEzZjkzM2I5ZmI4MGFiNmQ5OTVlN2FkOWRhMzZmNjgzODM3YmExZDgxZTk1MGM5NDNkNDAxMTFlYWMyZjAifSwibmFtZSI6Im1vZGVsLmpzb24ifSx7ImRpZ2VzdCI6eyJzaGEyNTYiOiI5YzAzYWVhYzRhZmFkNDJkMTVlM2EwYjM4ZTEwMzNhNDBlYmVkY2JhNzZjMDgwZTJkZGZkOTEzMTk1YjJiMTNlIn0sIm5hbWUiOiIvbWFuaWZlc3QifV19","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"f00435bcd4451629fd4294a1efe99156be0e36b2ae00fd46285e92efd00abe32","sig":"n9OFq8s4pGyaX4bGoQHazw2357lR93HN+Ha70dUq6bfW2upwFn8nkJ3h4hKetgrn+dxJnmUVIzlgGmEdsi5DAg=="}]}', 1767228120000000, 'ceffe07987157653c564a4fb2c80117e');


--
-- Data for Name: version_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_tags VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', 'x', 'm', 1);
INSERT INTO public.version_tags VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', 'ü', 'm', 1);


--
-- Data for Name: versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.versions VALUES ('019b76f4-4a80-7001-ba8d-9ecc26be9742', 'm', '1.0.4', 'training', 'development', '', 'versions/m/019b76f4-4a80-7001-ba8d-9ecc26be9742.json', '', 1767227280000000, 1767227280000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 0, false, 5, '', '1fe0e49efe56145fdfd6e02b69dc9655be56d65feb873712216901dd7f20d7a3', '7d1a1f49356f90f9d160b67466abda40');
INSERT INTO public.versions VALUES ('019b7701-1bc0-7000-ac87-ea9c3fb496c0', 'n', '1.0.1', 'ready', 'development', 'files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'versions/n/019b7701-1bc0-7000-ac87-ea9c3fb496c0.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 1767228120000000, 1767228120000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 7, false, 2, 'json', '326dd281604af69ef46ff9b73b00f0c739ba2cee0d56cdbcad9f9138f99325eb', '11ac5c76a8859bbbc625279469b08d98');
INSERT INTO public.versions VALUES ('019b76e1-10a0-7000-9a73-e8139ee2537e', 'm', '1.0.0', 'deployed', 'production', 'files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 'versions/m/019b76e1-10a0-7000-9a73-e8139ee2537e.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 1767226020000000, 1767230220000000, 'ada', 'zwölf
''', '["x","ü"]', '{"accuracy":0.1,"loss":"NaN","rows":1000000000.0}', '{"python":"3.11.7"}', '{"note":"ünï"}', '{}', NULL, 7, true, 1, 'json', 'aae617c7c18651ed4fe59a54a9c0084734810bfac812e79a07d4db935ecfe853', 'c1c9946b299c052bd001c1ba47b26e4e');
INSERT INTO public.versions VALUES ('019b76fa-b320-7000-a6db-d81c4e4c062b', 'n', '1.0.0', 'deployed', 'production', 'files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 'versions/n/019b76fa-b320-7000-a6db-d81c4e4c062b.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 1767227700000000, 1767229800000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 7, true, 1, 'json', '7e95be6f3a5b052e9c4b28f9e0531fa7857f839f46a30a7ded391f8f92015f83', '6ead6dbdf9597e2ea7a84d80a00757c0');
INSERT INTO public.versions VALUES ('019b76ed-e1e0-7000-86d5-1e5052449177', 'm', '1.0.2', 'deployed', 'production', 'files/77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78', 'versions/m/019b76ed-e1e0-7000-86d5-1e5052449177.json', '77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78', 1767226860000000, 1767230220000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{"replicas":2}', '019b76e1-10a0-7000-9a73-e8139ee2537e', 2017, true, 3, 'json', 'd4ac31c1c72f56f25d9cac2a8b6dc5076a7613b07687fe329e73f0c49d3aaceb', 'a439fd882c7723ab7d7967acdf092347');
INSERT INTO public.versions VALUES ('019b76f4-4a80-7000-9be1-e43159c179b1', 'm', '1.0.3', 'deployed', 'canary', 'files/47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6', 'versions/m/019b76f4-4a80-7000-9be1-e43159c179b1.json', '47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6', 1767227280000000, 1767230640000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', '019b76e1-10a0-7000-9a73-e8139ee2537e', 3017, true, 4, 'json', 'dd3351ae01a071f136883cd503593939e24f67d8b49fabd1605661cacebeb84d', '443020c5e41a9dcaa6a56238744854a0');
INSERT INTO public.versions VALUES ('019b76da-a800-7000-97a8-b57071670fa3', 'guest', '1.0.0', 'ready', 'development', 'files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'versions/guest/019b76da-a800-7000-97a8-b57071670fa3.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 1767225600000000, 1767225600000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 7, false, 1, 'json', 'cd28af6e5144699e87a765445aba0beb992042855ddec34cfa0e6610d1e37612', '5e1c24d57c87de2ab2756b34d62f2a45');


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
-- Name: evidence_revision evidence_revision_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence_revision
    ADD CONSTRAINT evidence_revision_pkey PRIMARY KEY (version_num);


--
-- Name: evidence_writers evidence_writers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence_writers
    ADD CONSTRAINT evidence_writers_pkey PRIMARY KEY (writer);


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
-- Name: tracked_writers tracked_writers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tracked_writers
    ADD CONSTRAINT tracked_writers_pkey PRIMARY KEY (writer);


--
-- Name: tracking_revision tracking_revision_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tracking_revision
    ADD CONSTRAINT tracking_revision_pkey PRIMARY KEY (version_num);


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


