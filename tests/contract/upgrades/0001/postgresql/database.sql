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

INSERT INTO public.abort_requests VALUES ('rollout-019b7727-8f80-7000-84b4-dcc46005212e');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0001');


--
-- Data for Name: alert_rules; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alert_rules VALUES ('alert-019b7739-df00-7000-bdeb-4e12111e8b28', 'm', 'slow', '{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}', true, 'no_data', 1767231840000000, NULL, '{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}', 1767231840000000, 1767231840000000, '0dfeb9428af3d2812acc63c5a94e91c1');
INSERT INTO public.alert_rules VALUES ('alert-019b7739-df00-7001-8c48-c01e2ca734cd', 'm', 'quiet', '{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}', false, 'no_data', 1767231840000000, NULL, '{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}', 1767231840000000, 1767231840000000, '0977d7144ecfca111e29002db7aa79cf');


--
-- Data for Name: chunks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chunks VALUES ('\xdab1c0ab14f2abf2ed65cad90b7a4f2e1d93f1f4a4c0f9c2c8d544fe8dc79ab9', '\x397c7aedcb164364f85afa0e68c1d0f9abfed61e8849a119150ac02a7c3fd1fc', 24, 716, 1481, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x570a7c7f45e116ece9c85d692b6a01d83ae4973bf237067e9b19a4a75a66f76b', '\xa083cb81d0c5a2f81d9dde0abfcd9e27ba1e92ce1ce64fc427746aaf1263d1a1', 16, 41, 2017, 0, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xa35e8c138c3b185996c927c74e1256f39ef3eca0ccb74992b5f5d3c253db9ffd', '\xa083cb81d0c5a2f81d9dde0abfcd9e27ba1e92ce1ce64fc427746aaf1263d1a1', 57, 660, 1382, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xf214e79ad193865a36c9102897a28f60480daa5ef16651742ef5e10f5e74f8bf', '\x690d2bb94a77a11c9952767c3644690cf78fe311df7eb48ebbeda5ad6fdcbfd3', 16, 42, 3017, 0, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xf6f953d01c566634a643962cbaf1b3afe09e696670221b988e42fdd603891d56', '\x690d2bb94a77a11c9952767c3644690cf78fe311df7eb48ebbeda5ad6fdcbfd3', 58, 662, 1382, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xfea095ce723df653bf12d44ef1c9e142fa2072c758a9a07a5d987a1ea382ca2b', '\x0cfb9f6412b0db66dd6856da6290d23625b3ad9f53412ed59305f830c3046e1b', 16, 460, 877, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x59a2f57b0c55857baf81ce91ced45f9a87610f70e4459bc0c9394dbd1960178b', '\x5758b966ff8a03ef8145a0ab9684b890097692da3f147a120e3a04814105ad5a', 16, 640, 1342, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037', '\x397c7aedcb164364f85afa0e68c1d0f9abfed61e8849a119150ac02a7c3fd1fc', 16, 8, 7, 0, 0, 0, '\x', 2);
INSERT INTO public.chunks VALUES ('\x0c14fe286b4f550e9485f50bd9cb9fb194531fd1629cb432e7ae347ca9c8ba5a', '\xb4dc1bfbe6c70d596f97607bd08ba55f0af0a613ec81c567ef04cb9b5e47a406', 24, 647, 1342, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\x4b131162b353656e525d9b0c803d56ee8380d4375b9d278de2f116baa887637d', '\xb4f87d5a283801ed4f6a58e6e4a2d4ea8e2e59addb9f10d6dfa6b15297fb1b77', 16, 641, 1350, 2, 0, 0, '\x', 1);
INSERT INTO public.chunks VALUES ('\xd88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30', '\xb4dc1bfbe6c70d596f97607bd08ba55f0af0a613ec81c567ef04cb9b5e47a406', 16, 8, 7, 0, 0, 0, '\x', 2);


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, 1767226020000000, 'ada', 'model_registered', 'm', '', '', '{}', '{}', NULL, '2b214cb1a7737be24e15120f665acee5');
INSERT INTO public.events VALUES (2, 1767226020000000, 'ada', 'version_created', 'm', '019b76e1-10a0-7000-9d2b-ae43ff869976', '', '{}', '{"status":"ready","version_number":"1.0.0"}', NULL, '539a7358af8c85347e35b279628c89d5');
INSERT INTO public.events VALUES (3, 1767226440000000, 'ada', 'version_created', 'm', '019b76e7-7940-7000-8c44-ec829d8334f1', '', '{}', '{"status":"ready","version_number":"1.0.1"}', NULL, 'd1a7050282f63f026bf9c81d2077c7ef');
INSERT INTO public.events VALUES (4, 1767226860000000, 'ada', 'version_created', 'm', '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', '', '{}', '{"status":"ready","version_number":"1.0.2"}', NULL, 'e2c19b29d5520a2415aacf40dc8f6823');
INSERT INTO public.events VALUES (5, 1767227280000000, 'ada', 'version_created', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', '', '{}', '{"status":"ready","version_number":"1.0.3"}', NULL, 'c528d28759f264459822d48e2072dd40');
INSERT INTO public.events VALUES (6, 1767227280000000, 'ada', 'version_opened', 'm', '019b76f4-4a80-7001-95f0-947e9643676f', '', '{}', '{"status":"training","version_number":"1.0.4"}', NULL, 'f7d7a13e61dc89e843a5fb4129e353ed');
INSERT INTO public.events VALUES (7, 1767227700000000, 'ada', 'model_registered', 'n', '', '', '{}', '{}', NULL, '91332a2985b34afe5c5f8a500572c548');
INSERT INTO public.events VALUES (8, 1767227700000000, 'ada', 'version_created', 'n', '019b76fa-b320-7000-9a90-628e23fc01a5', '', '{}', '{"status":"ready","version_number":"1.0.0"}', NULL, '7cc92ad454e47b38b8f257ee1fc85e0f');
INSERT INTO public.events VALUES (9, 1767228120000000, 'ada', 'version_created', 'n', '019b7701-1bc0-7000-879d-a9daf078f146', '', '{}', '{"status":"ready","version_number":"1.0.1"}', NULL, 'a4d7305a6760f85718b22c9506a8b2f2');
INSERT INTO public.events VALUES (10, 1767228120000000, 'ada', 'card_kept', 'm', '019b76e1-10a0-7000-9d2b-ae43ff869976', '', '{}', '{}', NULL, 'c1afc1caf4007e580440ccd3f057989e');
INSERT INTO public.events VALUES (11, 1767228120000000, 'ada', 'policy_set', 'm', '', '', '{}', '{"on_finding":"warn","production_rank":null,"signing":null}', NULL, '6547d911214f9e587c4a24e468e6c1a3');
INSERT INTO public.events VALUES (12, 1767228120000000, 'ada', 'version_signed', 'm', '019b76e1-10a0-7000-9d2b-ae43ff869976', '', '{}', '{"key_id":"b31376ea446c7fa413a469fd96f972581ad716c9b1d45f0d5c9d2f2ad1efa8fd"}', NULL, '6ddfbc0bd2e96cab288df292aa3e8661');
INSERT INTO public.events VALUES (13, 1767228540000000, 'ada', 'deployed', 'm', '019b76e1-10a0-7000-9d2b-ae43ff869976', 'staging', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"to staging","version_id":"019b76e1-10a0-7000-9d2b-ae43ff869976","version_number":"1.0.0"}', NULL, '80ff0b86f2b022aec2301e7c40c629ae');
INSERT INTO public.events VALUES (14, 1767228960000000, 'ada', 'deployed', 'm', '019b76e1-10a0-7000-9d2b-ae43ff869976', 'production', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"to production","version_id":"019b76e1-10a0-7000-9d2b-ae43ff869976","version_number":"1.0.0"}', NULL, '6e523f6e054777508c8bf9bd680703ed');
INSERT INTO public.events VALUES (15, 1767229380000000, 'ada', 'deployed', 'm', '019b76e7-7940-7000-8c44-ec829d8334f1', 'production', '{"version_id":"019b76e1-10a0-7000-9d2b-ae43ff869976","version_number":"1.0.0"}', '{"deployment_config":{},"reason":"to production","version_id":"019b76e7-7940-7000-8c44-ec829d8334f1","version_number":"1.0.1"}', 14, '560f0c602e06f27574c7c71545b51783');
INSERT INTO public.events VALUES (16, 1767229800000000, 'ada', 'deployed', 'n', '019b76fa-b320-7000-9a90-628e23fc01a5', 'production', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"to production","version_id":"019b76fa-b320-7000-9a90-628e23fc01a5","version_number":"1.0.0"}', NULL, '90c9a50ab92b1af13d39655c4db57e76');
INSERT INTO public.events VALUES (17, 1767229800000000, 'ada', 'rolled_back', 'm', '019b76e1-10a0-7000-9d2b-ae43ff869976', 'production', '{"version_id":"019b76e7-7940-7000-8c44-ec829d8334f1","version_number":"1.0.1"}', '{"deployment_config":{},"reason":"worse","version_id":"019b76e1-10a0-7000-9d2b-ae43ff869976","version_number":"1.0.0"}', NULL, '7d563c76a7748f2a77164e8889af1c3b');
INSERT INTO public.events VALUES (18, 1767230220000000, 'ada', 'deployed', 'm', '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', '{"version_id":"019b76e1-10a0-7000-9d2b-ae43ff869976","version_number":"1.0.0"}', '{"deployment_config":{"replicas":2},"version_id":"019b76ed-e1e0-7000-a4bc-f4ec0ee0c041","version_number":"1.0.2"}', 17, 'fb7a32ce15b965a8c6385dd08b837ba2');
INSERT INTO public.events VALUES (19, 1767230220000000, 'ada', 'version_removed', 'm', '019b76e7-7940-7000-8c44-ec829d8334f1', '', '{"version_number":"1.0.1"}', '{"backup_path":"m/019b76e7-7940-7000-8c44-ec829d8334f1+20260101T011700000000Z","reason":"deleted"}', NULL, 'eeedee14b1f67f55dd27b1887099fc11');
INSERT INTO public.events VALUES (20, 1767230220000000, 'ada', 'deployed', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', 'canary', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-ad85-0ece1e8a867a","version_number":"1.0.3"}', NULL, '86d3c8faa9ba26a4c5803518d31f0dcb');
INSERT INTO public.events VALUES (21, 1767230220000000, 'ada', 'rollout_pending', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', '', '{}', '{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7721-26e0-7000-a5b8-5558c8ea32c6","state":"pending"}', NULL, '49559a95ae3fd3d78a2ed8dae35bfc86');
INSERT INTO public.events VALUES (22, 1767230220000000, 'ada', 'rollout_running', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', '', '{"state":"pending"}', '{"reason":"started","rollout_id":"rollout-019b7721-26e0-7000-a5b8-5558c8ea32c6","state":"running","step":0,"verdict":{}}', NULL, 'db88ca25a8c737452c9223eb97f2bfaa');
INSERT INTO public.events VALUES (23, 1767230220000000, 'ada', 'rollout_aborting', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', '', '{"state":"running"}', '{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-a5b8-5558c8ea32c6","state":"aborting","step":0,"verdict":{}}', NULL, '8624a9d28e1b627c202fc346f2131876');
INSERT INTO public.events VALUES (24, 1767230220000001, 'ada', 'deactivated', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', 'canary', '{"version_id":"019b76f4-4a80-7000-ad85-0ece1e8a867a","version_number":"1.0.3"}', '{"reason":"no","version_id":"","version_number":""}', NULL, 'cbdebe693a3f6c0d36c4ca45312a9b59');
INSERT INTO public.events VALUES (25, 1767230220000000, 'ada', 'rollout_aborted', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', '', '{"state":"aborting"}', '{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-a5b8-5558c8ea32c6","state":"aborted","step":0,"verdict":{}}', NULL, '27dc35b712c214e0b8c58b1fe80ace21');
INSERT INTO public.events VALUES (26, 1767230640000000, 'ada', 'deployed', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', 'canary', '{"version_id":"","version_number":""}', '{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-ad85-0ece1e8a867a","version_number":"1.0.3"}', NULL, '12c5b64f84f3f0d7728fea04981776d6');
INSERT INTO public.events VALUES (27, 1767230640000000, 'ada', 'rollout_pending', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', '', '{}', '{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7727-8f80-7000-84b4-dcc46005212e","state":"pending"}', NULL, '32bbd2ffa47f582240c478378ae54ff1');
INSERT INTO public.events VALUES (28, 1767230640000000, 'ada', 'rollout_running', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', '', '{"state":"pending"}', '{"reason":"started","rollout_id":"rollout-019b7727-8f80-7000-84b4-dcc46005212e","state":"running","step":0,"verdict":{}}', NULL, 'cfa458f7d0b297a128e9490c40e5b0af');
INSERT INTO public.events VALUES (29, 1767230640000000, 'ada', 'override_set', 'm', '', '', '{}', '{"arm":"canary","unit":"tester"}', NULL, '203e03221a4b07509ce14a819942f9d9');
INSERT INTO public.events VALUES (30, 1767230640000000, 'ada', 'experiment_started', 'n', '', '', '{}', '{"arms":{"b":"019b7701-1bc0-7000-879d-a9daf078f146","control":"019b76fa-b320-7000-9a90-628e23fc01a5"},"experiment_id":"019b7727-8f80-7000-81f3-b87d58f28e02","reason":"","shares":{"b":0.5,"control":0.5}}', NULL, '147cd423ddbda625ac21c14f8dcc1887');
INSERT INTO public.events VALUES (31, 1767231840000000, 'ada', 'alert_added', 'm', '', '', '{}', '{"name":"slow","rule":{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7000-bdeb-4e12111e8b28"}', NULL, '49374ea331b2a731d13d07247a11071f');
INSERT INTO public.events VALUES (32, 1767231840000000, 'ada', 'alert_added', 'm', '', '', '{}', '{"name":"quiet","rule":{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7001-8c48-c01e2ca734cd"}', NULL, '74b8c8e60bc963102535d6c9f448496a');
INSERT INTO public.events VALUES (33, 1767231840000000, 'ada', 'alert_disabled', 'm', '', '', '{}', '{"name":"quiet","rule_id":"alert-019b7739-df00-7001-8c48-c01e2ca734cd"}', NULL, '3519146686482ee4dbd3e27c6ae7ca5b');
INSERT INTO public.events VALUES (34, 1767225600000000, 'ada', 'model_registered', 'guest', '', '', '{}', '{}', NULL, '09f40f37bab197332a9dde75349c474b');
INSERT INTO public.events VALUES (35, 1767225600000000, 'ada', 'version_created', 'guest', '019b76da-a800-7000-bb90-fb6479e0683d', '', '{}', '{"status":"ready","version_number":"1.0.0"}', NULL, '4c60fdbbf3c8bf773d86adc744e6e9e2');
INSERT INTO public.events VALUES (36, 1767231840000000, 'ada', 'card_kept', 'guest', '019b76da-a800-7000-bb90-fb6479e0683d', '', '{}', '{}', NULL, 'daaa50123626113b1c8df1518701dfc8');
INSERT INTO public.events VALUES (37, 1767231840000000, 'ada', 'card_kept', 'n', '019b76fa-b320-7000-9a90-628e23fc01a5', '', '{}', '{}', NULL, '985e877390ce91c0405d7fca749aa6e1');


--
-- Data for Name: evidence_blocks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence_blocks VALUES (1, 'rollout-019b7727-8f80-7000-84b4-dcc46005212e', 200, '\x01dbdfded4774b63c87b8ab9ec53358e7b97a4726f7773d92c726f6c6c6f75742d30313962373732372d386638302d373030302d383462342d646363343630303532313265cf0006474972888c00cf0006474972888c00ccc891931d92cb3fe8000000000000cb3fd0000000000000c09793a6706f696e747302c5064062d73840e34e5fd96ab213973740635297c1775e7ac375ed32e578377022f0d4b41e9e6b23c765e39ef2c8b08f75d91adcb2882944c32c3b121af3ffc65ebe85853bb445447d347642f5887484fcc01b4b0199aadd229bf8475737801e04addec8b5fb0c404a1ae8f6a9afba7facdcccce4d6fefe5f262fd2ed0a61fe939d241ca31d0100a793ae8eceeb2313b7e983a69acfed3c540d66c337d011ebbc2a4db69169be8e40ab71b7a7e4f0d3f2c4e7c815a1cc975bafc6ed972b4db73aad437c4f72e2a46865323ec97ec669b3f6fcf4594976f70f87dae544747854348a6c51d20ea60eeb2ff4509e9b01ad18b0ce1cf8011f064331bf5e25ec78835cbeeb8d70d8f004132a52a838deb6483ddb0909607829b707f1bd76c94d7ac3b2fccf35f5c2161cde51fde37b9444c9933fadd2854c1cba2a52228e0db97969996415584601556c2422662f92d09ffae37ab3160c24a2eedf49d7ce952a8732444ad1cc20153564aecb76b7cfd1d2c423ffa8e3f1ed1511095ad12c35acf931bfd532ef8d88c81f5d540436f965c0870ba6cee8d14e73d7ae700092ac84107d07e7e6e083d71712c8a93b51121df213848dff53a9ce9ece35375dbe52b10c99a604f4b1b6c7d7782317c0e7d6917807ee3d84ae7d5e4fbcc13ecca9a20c93b32ee7ee5f4e25c584c05749f7a470ee4a7f8211ff391e78cd8385c0ba624c299b18dd48558de4ad200fb8077b29a5e90c71f19df00522adb57c518c971f768142040e07c73e8273b887b29a65e10075538d142ebf5bd847b20b5a627c92a117d2e34c4082d96f64464f4464ab6110f90fe5653a687a246e5fb73fadf97b69db13d097c4d861dbb489d0f0d17f430641b856adb6aab61cdc2b524d7bf793315e3258e329067cc3646cc5676b3b1cab7c27172c597ab183fd85ce8a5f99d620eb8b207a227bf6681eab227a848aeddad5ee7682e3b0db236e12df68e8b87005ca8b7fc75c319b94f2b83ea4ae82e2fa1f9756fac08cfc0bd24a1f0c4e263df6ffaf47dc06f021435c024828c9a21fb795464025c62ba942fea26b7141784b3c3531c1de5b4d3fd472c4a16bf21c9ee52c5b62b7f35967a2cff7bdec42351fb30efacf8a2cc8c2053aa1f40c51b7dec52a50db1cd28f0dd6e35134da2b28d0218ae31f08b64dc05a035ed5eec82ce8d1adfbbdb70d4ed085e7e89f7e9bc5771be5add7f16cdabd0cbb5c544da74e5c72df8e7643f8749b6850c65a0cff9b61d89989b5aa2326376b37cd16725a3017766347c424ff3d785a1b5479ea72135ea33ca0a3be45c65885eaf5419ed7fc8f8445b0c344f4b3749a1fca43e42b7a534172588b8a076f08a13861c9121488495d5615d590eb06b9dddee3cdccd31667d82fc7423543def5e859d2e48bb9c0c04c5cdd0c8e2f449ed91b4a04ad7bc0e4dbf971a42c81adeff945c6730eacdd6740af4395645e7ad1f0e032358384275f1fe30d17ff3296e27689e3deaeccfd6f94cb1b9307e779f211f184e83de4213af7bb5b0ebd632827d745bf38dc47eb344eb25ea606b67853023eafb388dc4bfc522bb4808e4930699dba26ab5134a36ea44cac47bb5a2703900a56405024543c8e3bd0890075741df88ce190533d2d245ac82af8475e459c2cf507b1237ca5179e242f9a8b373fb1d89fc523fa40161108cf51fb0ec7340e24f6b7adb53eb2cb84bc585a8e14a0b9fed7bd52f989889b4844ac2c4215bab21337d71e0bb9220d041b55eae1c928e0ec9eec4f250493628826476a70c228406c4daca929ef5b467cb871b023535ee71f6840246bf7c46b3f00c71f2d7fd6d1a940c518fe2d5acc8b3fe0f2d643a9220e8843b961ba69cb449ec433d0fd15b9ad5e55e51f6fa4abee2e3540d21dab2eb0557f8c16ef9608a3426d7d728cdcb572089290484d66388c0326d570e0937ec22c6183a793281606f75b5265605023fd892ba3a13a801191aa8f2ce7511d13362c4e6808940b1a5d5f62ff37d481badd8b90b202724fdb3fe05db281aa6b1e73a5948838b492e90414aebce016017afe40c1ada79ccf287ab9b1f2795e07b0507e807b3206a3810a64c39ffd2daad6765c7973c13efc1dc0e5d45cc3c39694deff94a7e0d9fb627a25e884b3a30305ff6060727115dcdb7183d9bf28e634dd1480f29305e6bcc214cae95d87a1a76292590a147c352f4c160d5d7a322d74990e71fdc15d46605abcaa6d5f61b30f8aaebc8354f12eceecaf8d7daa78b1f93a461726d7301c45a28b52ffd20c88d0200c00000000000010100000100010001000100010101000100011900411f9cd00016ec02ee3000ec2b6a475304ae66184241ee82a0526176000b63ba6079f08280d2c02a019603940635f1c934ec32ec00bc93b07265766973696f6e5f696e646963657300c402000093a973756363657373657301c44528b52ffd20c8e50100a001010001000100000100010001000001010000001200800370b7d5e55c31550e0b930914681900ea7a6e58980000c1c1c36020b0d0dd0b32c9001693a96c6174656e6369657302c503206bf1583f6898823eb123e63ec6e9493ff838e83ca593dd3eb6050a3bd9b6383f43fd713fd897fa3c029a0a3f342dc33eaa1fd83e2403633e1adbfd3e47686c3e2551eb3e2e0bb03cca730e3f365e3e3e75255c3f0657aa3eaa10363f691ed83e25992b3faf6b163f65a0583fdac8163fd490783ef720d43e137e0c3f1aab2c3f94bfe03e0448473fbb58c93e3247f23cd910343fe4da173f05702e3e60697b3f5e240a3f94bf6d3ee7d4733f5013eb3e7c490c3fa613bb3b5d0b523fa2913d3f1ac8043f8f28da3efcb85e3fb4a24c3e1b48f83e2031b13e019d1f3f3892ea3e951d6b3e3a9f153f7f664c3f0a02513f977c573fa976aa3df68c6e3c748c7f3e08f31f3f145e8e3d6702073f71bb8b3ea7cee83e1d92f23ed0eac53e608d403e815a663ff31b563e8329513f9e58923c9a05383f0961343f9a710b3f90c0793fde3f043f8404263fa46a133fcd85213fe1e2983e0323603f9ac75b3f3575703f8814d53eccf00a3c5d4e1b3dd052763f2da22f3e5549793f8d45023feda0b13e4b952c3f0ac7463e317c2a3fc7e5ff3e96225f3fbd37943ca1cda73e0d5f483f7c245a3e9473563f150db03e74e62f3f444a7c3f16b8393f4dc42d3e56145a3e49a7193fa778bc3e2c1a953e999e1a3fce23633f82190d3ff54e203d36bd5d3ff818543fd57c1d3f698ec13e4d15653e0090883e967f103fbb60ea3ecb79493fcddc4a3c5cc4bb3d4c93623f7362753e188fd73e90662b3e34773e3fdb27693f3963783f428a963eab3af43ec3ec263ffe212c3c5052973e0652e63eaff3803daf45783fec11e43d97281e3f5cfc0a3ffb6d293f72a60a3f5a4b7c3e47c38f3e7153e53e31ba243fceecc73e308ca73ed3dd583fd3099b3e5b520b3f0091183f6fe7a63c7520943d9a3c913d67a8223f9fcc4a3f90d65c3fb05d003f45ea9d3d6166313e23227c3fbbbaa33efbac033f4144963ebb14113eb816023dcb30673f3b3b683ff9053f3f3b6e363ebdaf213e8cf32a3f97eb833da5e94e3fba970a3f3518e83e0b66ad3e57f4c73c9757d53ef7447f3d5a9a0d3e74aa843e17accb3e31c91c3f1303f53bf53a003f146be03e783e3b3f1c7afd3ead76663edd760f3f93ab70726564696374696f6e7300c408000000000000000093a5706169727300c40100');
INSERT INTO public.evidence_blocks VALUES (2, '019b7727-8f80-7000-81f3-b87d58f28e02', 200, '\x01f3a0b1e0ce2f03f77513510ff56ce23897a4726f7773d92430313962373732372d386638302d373030302d383166332d623837643538663238653032cf0006474972888c00cf0006474972888c00ccc891931e92cb3fe0000000000000cb3fe0000000000000c09793a6706f696e747302c50640a66633a70f77f355d34767bf22274404bba0959e94ba67fd683e5e399f032389bf1fc25c8c2a8efdc0ce8f5ee3a47bc0ebdf12b0a284fd70f5f2825986a7c5befc3f8affb91ddc30e1e8e3ac34f8beeba82482bd4bbffebc9667d7f597c121f3209cf9cd9bfb8f18ad21ce16e63a7a54da79a112121581da3c768d59fff8bae0b8a02cb5ba6ba8310dd89999605b3ca096737b421988482836ddf216331dbd72b4e14ed940b4bb70c819eefdb99f4c623446f6cc6c1b51337d5e443a6bf2ba4f2009084605d4a49d3809c83734fbc81330b823f1a17a4cbef6f96e2aeb0385fcd654c631cc3763a321489c688d380f32e81170507f2efb423c0cabcf396a765c19c0b0388e96f6413d9093794e7477189a376af459cc2d546deec645eb267ad10f573efdfb10fd279799ae7287dbcdfa6d772a986d1c45e12c0a5cc5f1b9f6addbe83e97744fc48d390ee617dce2f4abcee9330cab136bcb40ad72f86c304000964ec87173729aeaa05dafb68d8c90f54ba0febfd05489e0da0dcc8ed171ec55d096f14bc97397ce6ddfe52aa991052d30ace536c6846fc3688f7d5865e3038402043148e9fd96c5cb2064f8b9fab8f349b436ed903de33d0da03de1b41e3da40dc841bed4ffe3b11a6952077bd64aac8e765b7ae39ab67883745d646d967422f9f2e1a6b92bfbf476c8979ff4f5265bf6569b8f699240b6f9127dac600d9575316ba40ba48fd2a47b370a22a9322543de82fec38c0d42dca77af2e69386a2d117a979eb252fdb7897d242c4d3ad427b69db4351fc02bd39f84c306c18e971949f97638a389c23a38aec2b1b43a19349c408f0b8c17fbf89e8be0c34dcb7dd2f742e0ee2872089ba0b0bf7d5d1ad0a03f5ef5527781bde5c33eafde3a447d8676516f12d1ebe1e9eeb07e35e6d167063eb24b5ef4f151246e75c3961ad18c4b0a0e838b4a65c926369b69356bdfe93355544231713021298d34c1c45896bdb0f54c2c8e9afd8c24b9f2c205676c894e5f88851b27ef681e4788061d40dd1c9ee825e96427ec2c5a6cb689fd6f578c38885f516f8a895d83158372f3a2159eebd9d1b44f083db01ebc9eb87d4e19789ff5b8ffbd90d2e96fc7d6ba439a48516bd9ae789d7ed3ef04d0d1b96713f0f51b078e559fc42145d7e8f19efd1011b041db17929cebd3151e431e5042851085cff0a6e2dd6df40685637b485beba7c39c4d7abe90fead4f6dc1b6f173cb580ee9ed9e2cc64d33b48e16142feac2b590d0c71f4283a08a33dea4a9ddb0ceb73251fd99e0e0f644dbd211ba5a635a9d63dd82ab77a8ce43e3ea50cfd8d15b4a55eb0f8fe12d6aed05d1928a91b35890855f56a840e2e9dcde90a7850ad39acc58a8a6f740fb90ec9363879f01e63aeff28dad6eccd3feeb1258a28e83e5084f336383edae4a9194de0f7f3b956faabc8398e10c84fd325a2e3b480aa6753b6e09378b68b66e901f81f8967cc6650866261eea8795027cb6f62d666f595c3db930836b21bcca57db05e6e83ba9e25f5a35017966ca14da5a20be9f42aa0eeef166514d2620c00d43f7a27587e7db4122c4fc53d81cfb525726f7613cf7a8c837a60ed84eeb936d1cf228d3a93d6a81c4889d044d6f201732651f4382a35c38ab145394c40322800b59496eaa32ea6cdf6cc3a87784faf118579d76d6f8ffedfb8856199c5a30623cc2ce1bb4670eef8376dec14b244e9e8cf718e49517c60822c48389b4b893a6b5ae94a2e70f9fc0522f47597807c9879a931e199a700776a8c12c4e9d484fcdf7ff4fe0617169046931a9150eabf00715bd021a297b2e4833e2b5a347988113e67b9320f8082ba6baacf1010efe721562d11d310aebe9dd4ea5e5a75470f11c2dcb8d9e0142802333d6f3b609a0abefef4a3405c581723501d6ebc6fd83e9a301a964b7717a25a0865452d3d746ae65d5d5cadd443bd99dab06946e3b9cbba988943ead530862dc9a008be28a3931ef2075d05fa37bf533efd7f8305c68f539407e53e647bf170845b7a96bf0ee9df3478d220ca4e4531803328665ac2221d1c5b33daf06564f158f0d7506b149f78d197b3d7252fd1866ac3c0cfa62f9b104ebf2d2ae1d253c4fc5842b55f27d1b47be8f1f9e8bf90d01dbaaa6c0743ad7188d69ef2c5b5b38caeb40e66ba0e72bdd4693b5c937c4bec1a4948c44e71dabd8436b209c1266357635fb7c9afd6430e91410cb98c879e2923be15d1b16c78ed3a7c62eb964ce137e3b1989a93a461726d7301c46a28b52ffd20c80d0300e0010100000000010001000000010100010101000101000100000000001e0040202054067d200d07aa06581060b9005506ac32ec064040eee0ab763425883af0d960a9073a059606b87298c388aac154084235404ac0e50058a099001a50a1280193b07265766973696f6e5f696e646963657300c402000093a973756363657373657301c43c28b52ffd20c89d0100900001000100000100010001000000000001000f006001b4075800032903e01e281851870022061c061e01899db9806002600193a96c6174656e6369657302c50320d2ee6a3f777b253f8989923ddd9e603f671a443f84a49f3e7b57593f4387333f4036183fdd87653f4e3c123f0b4e803ee4cb113fa589553d5b97373fb2da033f79da3a3f4e317b3f00e2203f62b1693f16770e3ec888573fec4d333f709f6c3fd0c3c33ee6a7dd3ea6a3a63eacac683f2c18f43dc002d13e9148973e44e43f3f1465423ee850ac3c680a1b3f7a90533ec2d60a3feef2153fa3fb2e3ffd034f3fd49d0b3f010f5b3f360f123fab6e913e8abb4e3fc64c3f3fa806773f9838793f5818003f5a5c9f3ef3b0b63e10705d3ab32be63e847ecc3e26f42e3f96cd253fd8ce503e5f248e3ea9b4613f4ace023f5754ec3ee863d13ecfd27c3f7c662e3ebfec073f16a3663b900bda3e937a5c3f56dc3b3f9eaf3f3fadea3e3f2e14263f2b62d03e4b3c223f3250483fde7a443f95ff1a3f7577873eabba5f3f3bb81b3e0816f83ed5e8393dc8a73e3fcdd9b53eb1b8a13c6335723ff2c8cd3ee2e01a3f7eb1543e71c3893e49a7543fc885bc3e0e9a3c3f662f273f11a4503f18131c3fa0a00f3f362e4a3f0ac7a83ed6ba763fcb02583fa43e663f1c10a23ec2f7423f6075423ec99a293e771ce33e736e3a3fc522863e55f20d3e603b373f335a403f36d9373ff5699c3e9d44cb3e48bfcc3d66af623d638d633fad2f0e3dfa9d503f4cf91c3f8f7e563fa850313f3ba6cc3e5c7bc13e4e476d3ebcd6ec3e27fe583e2105a93e25d4683f084f3d3de08a5b3fed2bc43e1d396b3fa849613f79ed1b3ef3b9783c11312a3f804cc23ed3ffec3e25f5673fb13f793d8e5e2f3da982f03d6649e23c0a9f3e3fbc7a583f0387c73e5e37783f0aed783e0a676f3fb400b33e0b6d0f3f4a0e793ddd46d33e944e613f1b92293fcc473e3fbd90403f97f5793f7a2c6b3f70275a3f8cd0ba3da236f03e7a147c3f180e083fae47033e6128353f47afc93c5d17b93d31b0af3d9cbac43ea15ca03e16694b3fa1195b3f5d83d93e2fa30e3f4865ad3ed3cf743fa066d63d6fb0e53e6329383f7f87333fe495653fab28953ec39ebd3e366fc73d052d133f7aa0503fc196a03e1a8ab43e999e3f3f5ab0063f4c176a3f87b6a73eb8ba7a3fd0b2693fad41783fd9e96c3f6f264d3f93ab70726564696374696f6e7300c408000000000000000093a5706169727300c40100');


--
-- Data for Name: evidence_revision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence_revision VALUES ('0001');


--
-- Data for Name: experiments; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.experiments VALUES ('019b7727-8f80-7000-81f3-b87d58f28e02', 'n', 'n', 'running', '{"allocation":"fixed","alpha":0.05,"arms":[{"name":"control","share":0.5,"version_id":"019b76fa-b320-7000-9a90-628e23fc01a5"},{"name":"b","share":0.5,"version_id":"019b7701-1bc0-7000-879d-a9daf078f146"}],"covariate":null,"horizon_units":10000,"metrics":[{"higher_is_better":false,"kind":"event","name":"errors"}],"minimum_units":100}', '{"ended_event":0,"reason":"","shares":[0.5,0.5],"started_event":30,"winner":null}', 1767230640000000, 1767230640000000, 'd68849eb33fe98b8a2ef52e053399a49');


--
-- Data for Name: leases; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.leases VALUES ('rollouts', '8303e5a8f89347fd8c97bb3329be9477', 1, 1767231845000000, 0);
INSERT INTO public.leases VALUES ('alerts', 'e5fa4b9a284d4aa0a1a9c57deb0c22de', 1, 1767231845000000, 0);


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

INSERT INTO public.packs VALUES ('\x397c7aedcb164364f85afa0e68c1d0f9abfed61e8849a119150ac02a7c3fd1fc', 904);
INSERT INTO public.packs VALUES ('\xa083cb81d0c5a2f81d9dde0abfcd9e27ba1e92ce1ce64fc427746aaf1263d1a1', 881);
INSERT INTO public.packs VALUES ('\x690d2bb94a77a11c9952767c3644690cf78fe311df7eb48ebbeda5ad6fdcbfd3', 884);
INSERT INTO public.packs VALUES ('\x0cfb9f6412b0db66dd6856da6290d23625b3ad9f53412ed59305f830c3046e1b', 586);
INSERT INTO public.packs VALUES ('\x5758b966ff8a03ef8145a0ab9684b890097692da3f147a120e3a04814105ad5a', 766);
INSERT INTO public.packs VALUES ('\xb4dc1bfbe6c70d596f97607bd08ba55f0af0a613ec81c567ef04cb9b5e47a406', 835);
INSERT INTO public.packs VALUES ('\xb4f87d5a283801ed4f6a58e6e4a2d4ea8e2e59addb9f10d6dfa6b15297fb1b77', 767);


--
-- Data for Name: removed_versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.removed_versions VALUES ('019b76e7-7940-7000-8c44-ec829d8334f1', 'm', '1.0.1', 1767226440000000, '019b76e1-10a0-7000-9d2b-ae43ff869976', 1767230220000000, 'ada', 'deleted', 'm/019b76e7-7940-7000-8c44-ec829d8334f1+20260101T011700000000Z', '7c0e7a53fa95292b4ac015212ade97ab');


--
-- Data for Name: rollouts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rollouts VALUES ('rollout-019b7721-26e0-7000-a5b8-5558c8ea32c6', 'm', NULL, '019b76f4-4a80-7000-ad85-0ece1e8a867a', '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'aborted', 0, '{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}', '{"at_gate":false,"canary_units_before":0,"decide_by":1767835020000000,"reason":"no","since":1767230220000000,"step_started_at":1767230220000000,"told_before":{},"verdict":{}}', 1767230220000000, 1767230220000000, '34af89a1b8f8889bbb61cc85af63a993');
INSERT INTO public.rollouts VALUES ('rollout-019b7727-8f80-7000-84b4-dcc46005212e', 'm', 'm', '019b76f4-4a80-7000-ad85-0ece1e8a867a', '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'running', 0, '{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}', '{"at_gate":false,"canary_units_before":0,"decide_by":1767835440000000,"reason":"started","since":1767230640000000,"step_started_at":1767230640000000,"told_before":{},"verdict":{"decision":"wait","evidence_until":1,"looked":{"canary_units_before":0,"elapsed_seconds":0.0,"is_last":false,"step":{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},"told_before":{}},"metrics":[{"better":false,"e_value":0.33419299788098134,"effect":"relative risk","events":[18,6],"harmful":false,"high":3.8069735386639283,"low":0.17766589136199618,"name":"errors","needed":20.0,"not_inferior":false,"sentence":"errors: it is 0.18 to 3.81 times that of stable (95.0% sure), 6 of 50 against 18 of 150; the margin is 1.5","told":[150,50]}],"sentence":"no harm found; the step goes on until 300 s more have passed and the canary has served 50 more units","split_e_value":0.8449798765912632,"unasked":[],"units":[150,50]}}', 1767230640000000, 1767230640000000, '020053154d88c91dc0d002f7d5d33838');


--
-- Data for Name: routing_tables; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.routing_tables VALUES ('m', 29, '{"arms":[{"name":"stable","version_id":"019b76ed-e1e0-7000-a4bc-f4ec0ee0c041","weight":0.75},{"name":"canary","version_id":"019b76f4-4a80-7000-ad85-0ece1e8a867a","weight":0.25}],"claims":[[0,4611686018427387904,1]],"model_id":"m","overrides":{"tester":1},"revision":29,"salt":"5511ce9fe94341864b3e33878456eb89","shadow":null,"split_id":"rollout-019b7727-8f80-7000-84b4-dcc46005212e"}', 'b6795da529f805ce6128d20fbad47d58');
INSERT INTO public.routing_tables VALUES ('n', 30, '{"arms":[{"name":"control","version_id":"019b76fa-b320-7000-9a90-628e23fc01a5","weight":0.5},{"name":"b","version_id":"019b7701-1bc0-7000-879d-a9daf078f146","weight":0.5}],"claims":[[0,9223372036854775808,1]],"model_id":"n","overrides":{},"revision":30,"salt":"dea4819100e381515c8c8619e093e098","shadow":null,"split_id":"019b7727-8f80-7000-81f3-b87d58f28e02"}', '1b1dd87fbd3b5b9d761f67f09cc142eb');


--
-- Data for Name: stage_pointers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.stage_pointers VALUES ('m', 'staging', '019b76e1-10a0-7000-9d2b-ae43ff869976', 13, '6d115013033f00234ade5ff78ca4b1e8');
INSERT INTO public.stage_pointers VALUES ('n', 'production', '019b76fa-b320-7000-9a90-628e23fc01a5', 16, 'ed897fac3359ec4f1724fdfb8ab08797');
INSERT INTO public.stage_pointers VALUES ('m', 'production', '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 18, 'e4a969f5054afdbcc7be49dce7ae3d99');
INSERT INTO public.stage_pointers VALUES ('m', 'canary', '019b76f4-4a80-7000-ad85-0ece1e8a867a', 26, '70e3e74cf39b995dfffc8aef5fa1f6a2');


--
-- Data for Name: tracked_buckets; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_buckets VALUES ('019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 60, 1767230640, 'm', '\x789c9bc968c3c06023d7b23c27b124352fb9f2c84246c60c8dfe8f734edbb7543d745f27527d568001ce3e6dbf71e5efe739ddce0c40707692f3910246061630628621260cc4084670060ca1b2c0188940a21919991014c31186e58979c5e5a945c547241899b31b2c9ba7394c5a9c9c58b238253ffd08938608d03f2b93f3f3d24a8b33f3f38e4832b24c3920de3e15490d8b0817033b03c33a8831f1c9198979c9a9c54719c519d9448243dba6ae2f284a4dc94c2e494d894fce492c2e9e7c4481a18a91811d0931a3720d8f18815440c38089819d09111ecc38c40d8f5830543181442172c4330ce79c76309ebbdc7817cb93d30ed2332304927c2f9f668002a2180e623086148c21874b31c3e1c6c589e9a947f4189956fc5cc435dde6b4836d0354d3c54907d00cf66d80321b37989a992499a4195b5aa4a5991a585a1a35ae4e4b4d2c292d4ab50219c722a9ccc00800ce3478f7');
INSERT INTO public.tracked_buckets VALUES ('019b76da-a800-7000-bb90-fb6479e0683d', 'none', 60, 1767225600, 'guest', '\x789c9bc9c8c8c0c0c8d0b43c27b124352fb9f2881123e395cb670fcd396ddf52f5d07d9d48f5590186d3f653206c38830108ce4eca3802d47d846179625e71796a51f1116146e6c5bb25fca6394c5c9c9c580294049addd00000b3ff2667');


--
-- Data for Name: tracked_copies; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_copies VALUES ('guest', '\xca01a8445776b0b704fb601fedebee10');


--
-- Data for Name: tracked_predictions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_predictions VALUES ('\x6088de1ecf4b47600f3b8eaa2dd034e2', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.5, '');
INSERT INTO public.tracked_predictions VALUES ('\xea763fb1a2c2fc9f748b17b640556383', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.505, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x1c6a524586e98f2c198e4470d46c7f5b', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.51, '');
INSERT INTO public.tracked_predictions VALUES ('\xe61bacdb7dd2dbc69c4423fed67eaf51', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.515, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xb31261530f69a7051f49acc733599a78', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.52, '');
INSERT INTO public.tracked_predictions VALUES ('\x8983087584e0a7134ff3ffcc2624530c', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.525, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xb4008d09281cd0da37790449afc3de9d', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.53, '');
INSERT INTO public.tracked_predictions VALUES ('\xf1d699cc9d15407df61de225ff1756af', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.535, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x7d7463a50929683b438e8edd8007df35', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.54, '');
INSERT INTO public.tracked_predictions VALUES ('\xb8f58d19163d9f2d792f6e75e73e40b1', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.545, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x833fa3c7bd4a4fb98dbdd59d77246c36', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.55, '');
INSERT INTO public.tracked_predictions VALUES ('\xe6e1cedc858d8f462e58c659a064e476', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.555, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x598aa1678b7005b470d8300b4476c846', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.56, '');
INSERT INTO public.tracked_predictions VALUES ('\x590f21644f391ea48ca914d4fc821e31', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.565, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x8c2c2cb72551228fee78a443e422ca08', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.5700000000000001, '');
INSERT INTO public.tracked_predictions VALUES ('\x5744394c67f9c926cb9bb6d3852bd79b', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.575, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x55144a2491070e16cf50f6bef5a203dd', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.58, '');
INSERT INTO public.tracked_predictions VALUES ('\x939265eafa24585c403057ff0d27ca6a', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.585, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x85fefbdb5c27a79d22eb793886be792e', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.59, '');
INSERT INTO public.tracked_predictions VALUES ('\xb67d599c0ecd825f93f3413f557c6266', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.595, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xdb30e7ce926b7bfe8a00da70af97ec92', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.6, '');
INSERT INTO public.tracked_predictions VALUES ('\x7ba681570ef44e4c9ae86c3dd9734c71', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.605, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x00c02aa49a1afcd1944d1e4c11af6b93', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.61, '');
INSERT INTO public.tracked_predictions VALUES ('\xb7e571e2b3dc0eddc5d7a7153a960fe0', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.615, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x52b5dd815c0c58b9e2fb1662e84107a7', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.62, '');
INSERT INTO public.tracked_predictions VALUES ('\x9e27c6bfb7bb254947729bcee22c437a', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.625, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x11339b0b84617cf62ecac67e7d8ab3a8', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.63, '');
INSERT INTO public.tracked_predictions VALUES ('\xffe2935a5fafad78b8b03c23efbdf553', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.635, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x7bdd7d2497f928b94d62665e44ae58c0', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.64, '');
INSERT INTO public.tracked_predictions VALUES ('\x85075489514093149d7d3ddde71f7501', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.645, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xe0afe4dc24cee009a20c254c44ab9a78', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.65, '');
INSERT INTO public.tracked_predictions VALUES ('\xba0f6bf4a51ef609f9432444dc487ff7', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.655, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x17085f86dbaecf72cc1d469ddf110714', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.66, '');
INSERT INTO public.tracked_predictions VALUES ('\x782a92f9e24653013b69a7b3cf52268e', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.665, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xdc4dcb274f9179c1e38189eceda3ae48', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.67, '');
INSERT INTO public.tracked_predictions VALUES ('\x4f1cdc2ac24244e3c0229332de9c4a8e', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.675, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x850858f438f2581356a2542fb22f2639', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.6799999999999999, '');
INSERT INTO public.tracked_predictions VALUES ('\xdb0306d5442179463e612f8db9bb96f2', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.685, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xa0bb78f0f662f8538f6929997c51b02a', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.69, '');
INSERT INTO public.tracked_predictions VALUES ('\x757d6675ebdb32fd4af93cace143e522', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.6950000000000001, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xcc824dc7d35b1603ae7f1c28afde6df2', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.7, '');
INSERT INTO public.tracked_predictions VALUES ('\xc4b978a32f6f09aaab58cdc23abca313', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.705, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x16d710bb10432f23312c0734d1fbf80e', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.71, '');
INSERT INTO public.tracked_predictions VALUES ('\xceb01fde4f70d0413c9201f85a7bcf1a', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.715, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x738454f41df6037e6c2991dd40d2d18e', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.72, '');
INSERT INTO public.tracked_predictions VALUES ('\x4dc9054672e0441daf4b7e366294ddd0', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.725, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x71adcf3c2d72c272cbc4e10804365a67', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.73, '');
INSERT INTO public.tracked_predictions VALUES ('\x7b9f5708adefb64b0e2c354171bd6a3a', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.735, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x86894890a06eef1df98b4d930a70e2ef', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.74, '');
INSERT INTO public.tracked_predictions VALUES ('\xc5b3c8f2126975a4178af989734e7b93', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.745, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x206e3c5d490b394ceb989060be88bc3f', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.75, '');
INSERT INTO public.tracked_predictions VALUES ('\xb6f88a5e8470add961b1c2fb7b6ffc7f', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.755, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x96b3a4edbe95e8ed029ba48fd0b8300d', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.76, '');
INSERT INTO public.tracked_predictions VALUES ('\x4e53744510b13238840677c05570dceb', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.765, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xb4cac633e3dc5cb7cfdf3454d539a780', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.77, '');
INSERT INTO public.tracked_predictions VALUES ('\x9ae24068e512be6202f1bf262e4cc0a2', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.775, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\x284b6510ef6a60c1ceeb563e1d62d2fb', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.78, '');
INSERT INTO public.tracked_predictions VALUES ('\x4585617d65444b83b9e8526f24539555', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"dog"', 0.7849999999999999, '"cat"');
INSERT INTO public.tracked_predictions VALUES ('\xf03095781ddd49c9a8d5055df3f43f40', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.79, '');
INSERT INTO public.tracked_predictions VALUES ('\x815775e718abd406b13056fe4d9f0861', 1767231840000000, '019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'production', 1767230640, '"cat"', 0.7949999999999999, '"cat"');


--
-- Data for Name: tracked_references; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracked_references VALUES ('019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', true, '\x7b22666561747572653a616765223a7b226564676573223a5b32352e305d2c226b696e64223a226e756d62657273222c227265666572656e6365223a5b32352c32352c305d7d7d');
INSERT INTO public.tracked_references VALUES ('019b76da-a800-7000-bb90-fb6479e0683d', false, '\x920181aa70726564696374696f6e91a3636174');


--
-- Data for Name: tracking_revision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tracking_revision VALUES ('0001');


--
-- Data for Name: version_cards; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_cards VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', '# A card with ''quotes'' and ünï', '28f50cd07b31013d7fde27754f29bcc4');
INSERT INTO public.version_cards VALUES ('019b76da-a800-7000-bb90-fb6479e0683d', '---
tags:
- "modelkeep"
---

# guest 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76da-a800-7000-bb90-fb6479e0683d) |
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
', '4339bbe45726cbfc1e9d6504752dc80a');
INSERT INTO public.version_cards VALUES ('019b76fa-b320-7000-9a90-628e23fc01a5', '---
tags:
- "modelkeep"
---

# n 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76fa-b320-7000-9a90-628e23fc01a5) |
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
', 'af39374437dd18436219c6faea4bd7f0');


--
-- Data for Name: version_files; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_files VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', 'model.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 7, '7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO public.version_files VALUES ('019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'model.json', '77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78', 2017, '570a7c7f45e116ece9c85d692b6a01d83ae4973bf237067e9b19a4a75a66f76b');
INSERT INTO public.version_files VALUES ('019b76f4-4a80-7000-ad85-0ece1e8a867a', 'model.json', '47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6', 3017, 'f214e79ad193865a36c9102897a28f60480daa5ef16651742ef5e10f5e74f8bf');
INSERT INTO public.version_files VALUES ('019b76fa-b320-7000-9a90-628e23fc01a5', 'model.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 7, '7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO public.version_files VALUES ('019b7701-1bc0-7000-879d-a9daf078f146', 'model.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 7, 'd88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');
INSERT INTO public.version_files VALUES ('019b76da-a800-7000-bb90-fb6479e0683d', 'model.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 7, 'd88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');


--
-- Data for Name: version_loads; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_loads VALUES ('019b76da-a800-7000-bb90-fb6479e0683d', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76f4-4a80-7000-ad85-0ece1e8a867a', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', 3, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b7701-1bc0-7000-879d-a9daf078f146', 2, 1767231840000000);
INSERT INTO public.version_loads VALUES ('019b76fa-b320-7000-9a90-628e23fc01a5', 2, 1767231840000000);


--
-- Data for Name: version_metrics; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_metrics VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', 'accuracy', 'm', 1, 0.1);
INSERT INTO public.version_metrics VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', 'loss', 'm', 1, NULL);
INSERT INTO public.version_metrics VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', 'rows', 'm', 1, 1000000000);


--
-- Data for Name: version_signatures; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_signatures VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', 'cf2f0d0d4294ed50ba841181c92afdccb1dfee78ddacc07eea9d102aa884ea80', '{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY3JlYXRlZF9hdCI6IjIwMjYtMDEtMDFUMDA6MDc6MDBaIiwiY3JlYXRlZF9ieSI6ImFkYSIsImZvcm1hdCI6Impzb24iLCJtb2RlbF9pZCI6Im0iLCJvcmRpbmFsIjoxLCJwYXJlbnQiOm51bGwsInNpZ25lZF9hdCI6IjIwMjYtMDEtMDFUMDA6NDI6MDBaIiwidmVyc2lvbl9pZCI6IjAxOWI3NmUxLTEwYTAtNzAwMC05ZDJiLWFlNDNmZjg2OTk3NiIsInZlcnNpb25fbnVtYmVyIjoiMS4wLjAifSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vbW9kZWxrZWVwLmRldi9wcm92ZW5hbmNlL3YxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImYzMDEzZjkzM2I5ZmI4MGFiNmQ5OTVlN2FkOWRhMzZmNjgzODM3YmExZDgxZTk1MGM5NDNkNDAxMTFlYWMyZjAifSwibmFtZSI6Im1vZGVsLmpzb24ifSx7ImRpZ2VzdCI6eyJzaGEyNTYiOiI5YzAzYWVhYzRhZmFkNDJkMTVlM2EwYjM4ZTEwMzNhNDBlYmVkY2JhNzZjMDgwZTJkZGZkOTEzMTk1YjJiMTNlIn0sIm5hbWUiOiIvbWFuaWZlc3QifV19","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"b31376ea446c7fa413a469fd96f972581ad716c9b1d45f0d5c9d2f2ad1efa8fd","sig":"Il9ZeBmM/QoM+AqK7b4zkhd0lxabQt0Z+Sw2WdYYHJT4X1ym0ZXiWTVqyAty+FynaTtEZd1efAyVaZxLWRN2AQ=="}]}', 1767228120000000, 'ec74a9c0b6dcc44838b3c0bdbd0fccef');


--
-- Data for Name: version_tags; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.version_tags VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', 'x', 'm', 1);
INSERT INTO public.version_tags VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', 'ü', 'm', 1);


--
-- Data for Name: versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.versions VALUES ('019b76f4-4a80-7001-95f0-947e9643676f', 'm', '1.0.4', 'training', 'development', '', 'versions/m/019b76f4-4a80-7001-95f0-947e9643676f.json', '', 1767227280000000, 1767227280000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 0, false, 5, '', 'fea095ce723df653bf12d44ef1c9e142fa2072c758a9a07a5d987a1ea382ca2b', '4a077ad46dd364e343ea6afef6fdfa8c');
INSERT INTO public.versions VALUES ('019b7701-1bc0-7000-879d-a9daf078f146', 'n', '1.0.1', 'ready', 'development', 'files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'versions/n/019b7701-1bc0-7000-879d-a9daf078f146.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 1767228120000000, 1767228120000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 7, false, 2, 'json', '0c14fe286b4f550e9485f50bd9cb9fb194531fd1629cb432e7ae347ca9c8ba5a', 'cac618fc4c67d355d1358b2b068ea507');
INSERT INTO public.versions VALUES ('019b76e1-10a0-7000-9d2b-ae43ff869976', 'm', '1.0.0', 'deployed', 'production', 'files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 'versions/m/019b76e1-10a0-7000-9d2b-ae43ff869976.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 1767226020000000, 1767230220000000, 'ada', 'zwölf
''', '["x","ü"]', '{"accuracy":0.1,"loss":"NaN","rows":1000000000.0}', '{"python":"3.11.7"}', '{"note":"ünï"}', '{}', NULL, 7, true, 1, 'json', 'dab1c0ab14f2abf2ed65cad90b7a4f2e1d93f1f4a4c0f9c2c8d544fe8dc79ab9', '727f720d57bb0552da4668100d155cc4');
INSERT INTO public.versions VALUES ('019b76fa-b320-7000-9a90-628e23fc01a5', 'n', '1.0.0', 'deployed', 'production', 'files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 'versions/n/019b76fa-b320-7000-9a90-628e23fc01a5.json', 'f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0', 1767227700000000, 1767229800000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 7, true, 1, 'json', '59a2f57b0c55857baf81ce91ced45f9a87610f70e4459bc0c9394dbd1960178b', '7d5b6e2e5595877d5371db44f14c58a7');
INSERT INTO public.versions VALUES ('019b76ed-e1e0-7000-a4bc-f4ec0ee0c041', 'm', '1.0.2', 'deployed', 'production', 'files/77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78', 'versions/m/019b76ed-e1e0-7000-a4bc-f4ec0ee0c041.json', '77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78', 1767226860000000, 1767230220000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{"replicas":2}', '019b76e1-10a0-7000-9d2b-ae43ff869976', 2017, true, 3, 'json', 'a35e8c138c3b185996c927c74e1256f39ef3eca0ccb74992b5f5d3c253db9ffd', '1e35289cb1889435c5ff25dd5ba71492');
INSERT INTO public.versions VALUES ('019b76f4-4a80-7000-ad85-0ece1e8a867a', 'm', '1.0.3', 'deployed', 'canary', 'files/47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6', 'versions/m/019b76f4-4a80-7000-ad85-0ece1e8a867a.json', '47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6', 1767227280000000, 1767230640000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', '019b76e1-10a0-7000-9d2b-ae43ff869976', 3017, true, 4, 'json', 'f6f953d01c566634a643962cbaf1b3afe09e696670221b988e42fdd603891d56', '62906586b6472ee7fefd3dfe66f30d91');
INSERT INTO public.versions VALUES ('019b76da-a800-7000-bb90-fb6479e0683d', 'guest', '1.0.0', 'ready', 'development', 'files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'versions/guest/019b76da-a800-7000-bb90-fb6479e0683d.json', '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 1767225600000000, 1767225600000000, 'ada', '', '[]', '{}', '{"python":"3.11.7"}', '{}', '{}', NULL, 7, false, 1, 'json', '4b131162b353656e525d9b0c803d56ee8380d4375b9d278de2f116baa887637d', 'a56e31c7f5be19dc57625e2ebdea83ae');


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


